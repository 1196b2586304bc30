-- Who wants to be told what. A secret is sealed with a key that is not in the database; null is a hook that signs nothing.
create table webhook (
  id text primary key, project text not null, name text not null, description text not null, url text not null,
  events text[] not null, active boolean not null, secret bytea,
  created timestamptz not null default now(), updated timestamptz not null default now(),
  failures int not null default 0, paused_until timestamptz);
create index webhook_of_project on webhook (project, created, id);

-- A row is written with what it tells of, in one transaction. Its bytes are sent as they stand here, however often.
create table webhook_delivery (
  id text primary key, webhook text not null references webhook on delete cascade, event text not null, body bytea not null,
  state text not null default 'WAITING', created timestamptz not null default now(), gives_up timestamptz not null,
  tries int not null default 0, tried timestamptz, answered int, outcome text not null default '', next_try timestamptz,
  constraint webhook_delivery_state check (state in ('WAITING', 'DELIVERED', 'GIVEN_UP')));
create index webhook_delivery_due on webhook_delivery (webhook, next_try) where state = 'WAITING';
create index webhook_delivery_newest on webhook_delivery (webhook, created desc, id);

-- What a run was found to suffer from, once a kind.
create table run_alert (
  run text collate "C" not null references run on delete cascade, kind text not null, metric text not null, words text not null,
  at timestamptz not null default now(),
  primary key (run, kind));

-- When a run that is going on was last heard of, by this server's clock, and until when its metrics were looked at.
create table run_pulse (
  run text collate "C" primary key references run on delete cascade, reported timestamptz not null,
  looked timestamptz not null default '-infinity');
