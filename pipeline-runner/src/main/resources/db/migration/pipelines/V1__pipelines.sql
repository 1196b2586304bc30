-- What is made of what: the key is the digest of a step's name and of everything that goes into it.
create table artefact (key text primary key, output text not null, made timestamptz not null default now());

create table release (
  digest text primary key,
  project text not null,
  model text not null,
  number int not null,
  inputs jsonb not null,
  state text not null,
  reason text not null,
  tries int not null default 0,
  awaits jsonb not null default '[]',
  fp32 text,
  int8 text,
  verdict jsonb,
  rollout text,
  place bigint generated always as identity);
create index release_of_project on release (project, place desc);
create index release_awaits on release using gin (awaits jsonb_path_ops);

create table release_step (
  release text not null references release on delete cascade,
  name text not null,
  state text not null,
  progress double precision not null default 0,
  started timestamptz,
  ended timestamptz,
  summary text not null default '',
  primary key (release, name));

create table retraining (
  digest text primary key,
  project text not null,
  inputs jsonb not null,
  state text not null,
  number int,
  summary text not null,
  tries int not null default 0,
  started timestamptz not null default now(),
  place bigint generated always as identity);
create index retraining_of_project on retraining (project, place desc);

create table queue (
  task_name text not null, task_instance text not null, task_data bytea, execution_time timestamptz not null, picked boolean not null,
  picked_by text, last_success timestamptz, last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz,
  version bigint not null, priority smallint, state text, primary key (task_name, task_instance));
create index queue_execution_time on queue (execution_time);
create index queue_last_heartbeat on queue (last_heartbeat);
create index queue_priority_execution_time on queue (priority desc, execution_time asc);
