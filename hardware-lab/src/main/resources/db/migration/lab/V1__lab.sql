create table device (
  name text primary key,
  kind text not null,
  facts jsonb not null,
  seen timestamptz not null,
  fence bigint not null default 0,
  holder text,
  leased_until timestamptz);

create table job (
  id text primary key,
  project text not null,
  device text not null references device,
  model text not null,
  input jsonb not null,
  warm_up int not null,
  samples int not null,
  state text not null,
  attempts int not null default 0,
  place bigint generated always as identity,
  profile jsonb,
  failure text);
create index job_of_device on job (device, state, place);

create table queue (
  task_name text not null, task_instance text not null, task_data bytea, execution_time timestamptz not null, picked boolean not null,
  picked_by text, last_success timestamptz, last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz,
  version bigint not null, priority smallint, state text, primary key (task_name, task_instance));
create index queue_execution_time on queue (execution_time);
create index queue_last_heartbeat on queue (last_heartbeat);
create index queue_priority_execution_time on queue (priority desc, execution_time asc);
