-- db-scheduler's table for PostgreSQL (the columns that version 16 uses), as each service's first migration creates it.
create table queue (
  task_name text not null, task_instance text not null, task_data bytea, execution_time timestamptz not null, picked boolean not null,
  picked_by text, last_success timestamptz, last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz,
  version bigint not null, priority smallint, state text, primary key (task_name, task_instance));
create index queue_execution_time on queue (execution_time);
create index queue_last_heartbeat on queue (last_heartbeat);
create index queue_priority_execution_time on queue (priority desc, execution_time asc);
create table greeting (name text primary key);
