create table rollout (
  digest text primary key,
  number bigint generated always as identity,
  project text not null,
  model text not null,
  plan json not null,
  state text not null,
  stage int not null,
  image text,
  stable text references rollout (digest),
  evidence json not null,
  shown json,
  stage_began bigint not null,
  reason text not null,
  started timestamptz not null);
create index rollout_project on rollout (project, number desc);
-- One rollout of a model is under way at a time; a newer one supersedes it.
create unique index rollout_under_way on rollout (project, model)
  where state in ('PACKAGING', 'STARTING', 'CANARY', 'AWAITING_APPROVAL');

create table step (
  rollout text not null references rollout (digest),
  number bigint generated always as identity,
  at timestamptz not null,
  what text not null,
  primary key (rollout, number));

create table approval (
  rollout text not null references rollout (digest),
  who text not null,
  evidence text not null,
  comment text not null,
  at timestamptz not null,
  primary key (rollout, who));

-- What the judge was given, for replaying a decision; the same id is the same window.
create table evidence_window (
  rollout text not null references rollout (digest),
  id bigint not null,
  stage int not null,
  counts json not null,
  at timestamptz not null,
  primary key (rollout, id));

create table serving (
  project text not null,
  model text not null,
  rollout text not null references rollout (digest),
  since timestamptz not null,
  primary key (project, model));

create table queue (
  task_name text not null, task_instance text not null, task_data bytea, execution_time timestamptz not null, picked boolean not null,
  picked_by text, last_success timestamptz, last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz,
  version bigint not null, priority smallint, state text, primary key (task_name, task_instance));
create index queue_execution_time on queue (execution_time);
create index queue_last_heartbeat on queue (last_heartbeat);
create index queue_priority_execution_time on queue (priority desc, execution_time asc);
