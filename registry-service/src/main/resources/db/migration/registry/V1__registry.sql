-- The queue of roles; its DDL is db-scheduler's for PostgreSQL.
create table queue (
  task_name text not null, task_instance text not null, task_data bytea, execution_time timestamptz not null,
  picked boolean not null, picked_by text, last_success timestamptz, last_failure timestamptz, consecutive_failures int,
  last_heartbeat timestamptz, version bigint not null, priority smallint, state text,
  primary key (task_name, task_instance));
create index queue_execution_time on queue (execution_time);
create index queue_last_heartbeat on queue (last_heartbeat);
create index queue_priority_execution_time on queue (priority desc, execution_time asc);

-- Times named *_ms are MLflow's: milliseconds since 1970, as clients send them, so also nonsense that no timestamptz could hold.
-- Text that paths and ids are compared by is collated "C": prefixes become index ranges, and order is the same everywhere.

create sequence experiment_id;
create table experiment (
  project text not null, id bigint not null, name text not null, lifecycle text not null default 'active',
  created_ms bigint not null, updated_ms bigint not null,
  primary key (project, id), unique (project, name));
create table experiment_tag (
  project text not null, experiment bigint not null, key text not null, value text not null,
  primary key (project, experiment, key),
  foreign key (project, experiment) references experiment (project, id));

create table run (
  id text collate "C" primary key, project text not null, experiment bigint not null, name text not null,
  user_id text not null, status text not null, started_ms bigint not null, ended_ms bigint,
  lifecycle text not null default 'active', deleted_ms bigint, job_key text,
  unique (project, id),
  foreign key (project, experiment) references experiment (project, id));
create index run_of_experiment on run (project, experiment, started_ms desc, id);
create index run_of_project on run (project, started_ms desc, id);
create unique index run_of_job on run (project, job_key) where job_key is not null;

create table param (
  run text collate "C" not null references run, key text not null, value text not null, primary key (run, key));
create table tag (
  run text collate "C" not null references run, key text not null, value text not null, primary key (run, key));

-- MLflow's identity of a metric point. The order of the key is the order in which a history is read.
create table metric (
  run text collate "C" not null references run, key text not null, at_ms bigint not null, step bigint not null,
  value double precision not null, is_nan boolean not null,
  primary key (run, key, at_ms, step, value, is_nan));
create table latest_metric (
  run text collate "C" not null references run, key text not null, value double precision not null, at_ms bigint not null,
  step bigint not null, is_nan boolean not null,
  primary key (run, key));

create table dataset (
  id bigint generated always as identity primary key, project text not null, experiment bigint not null, name text not null,
  digest text not null, source_type text not null, source text not null, schema text, profile text,
  unique (project, experiment, name, digest));
create table run_dataset (
  run text collate "C" not null references run, dataset bigint not null references dataset, tags jsonb not null,
  version text, primary key (run, dataset));
create index run_dataset_of_dataset on run_dataset (dataset);

create table logged_model (
  id text collate "C" primary key, project text not null, experiment bigint not null, name text not null,
  model_type text not null, source_run text collate "C", status text not null, created_ms bigint not null,
  updated_ms bigint not null,
  foreign key (project, experiment) references experiment (project, id));
create index logged_model_of_experiment on logged_model (project, experiment, created_ms desc, id);
create index logged_model_of_run on logged_model (source_run);
create table logged_model_param (
  model text collate "C" not null references logged_model, key text not null, value text not null,
  primary key (model, key));
create table logged_model_tag (
  model text collate "C" not null references logged_model, key text not null, value text not null,
  primary key (model, key));
create table logged_model_metric (
  model text collate "C" not null references logged_model, key text not null, at_ms bigint not null, step bigint not null,
  value double precision not null, is_nan boolean not null, run text collate "C" not null, dataset_name text not null,
  dataset_digest text not null,
  primary key (model, key, at_ms, step, value, is_nan, run, dataset_name, dataset_digest));
create table run_model (
  run text collate "C" not null references run, model text collate "C" not null references logged_model,
  direction text not null, step bigint not null,
  primary key (run, direction, model));

-- Artifacts: a path under a run or a logged model is a digest in the object store. Frozen ones belong to a registered version.
create table artifact (
  owner text collate "C" not null, path text collate "C" not null, digest text not null, bytes bigint not null,
  frozen boolean not null default false, at timestamptz not null default now(),
  primary key (owner, path));

create table registered_model (
  project text not null, name text not null, description text, created_ms bigint not null, updated_ms bigint not null,
  next_number int not null default 1,
  primary key (project, name));
create table registered_model_tag (
  project text not null, model text not null, key text not null, value text not null,
  primary key (project, model, key),
  foreign key (project, model) references registered_model (project, name) on update cascade on delete cascade);
create table model_version (
  project text not null, model text not null, number int not null, source text not null, location text not null,
  run text, logged_model text, run_link text not null default '', description text not null default '',
  user_id text not null, created_ms bigint not null, updated_ms bigint not null,
  digest text, format text, parity text, dataset text,
  primary key (project, model, number),
  foreign key (project, model) references registered_model (project, name) on update cascade on delete cascade);
create index model_version_of_run on model_version (run);
create index model_version_updated on model_version (project, updated_ms desc, model, number desc);
create index model_version_digest on model_version (project, digest, model) where digest is not null;
create table model_version_tag (
  project text not null, model text not null, number int not null, key text not null, value text not null,
  primary key (project, model, number, key),
  foreign key (project, model, number) references model_version (project, model, number)
    on update cascade on delete cascade);
create table model_alias (
  project text not null, model text not null, alias text not null, number int not null,
  primary key (project, model, alias),
  foreign key (project, model, number) references model_version (project, model, number)
    on update cascade on delete cascade);

-- A node is "named" once an arrow ended at it: whoever made the thing knows its name, others may have guessed.
create table lineage_node (
  project text not null, digest text collate "C" not null, kind text not null, label text not null,
  named boolean not null, at timestamptz not null, primary key (project, digest, kind));
create index lineage_node_label on lineage_node (project, lower(label) text_pattern_ops);
create table lineage_link (
  project text not null, from_digest text collate "C" not null, from_kind text not null, verb text not null,
  to_digest text collate "C" not null, to_kind text not null, at timestamptz not null,
  primary key (project, to_digest, to_kind, from_digest, from_kind, verb));
create index lineage_link_from on lineage_link (project, from_digest, from_kind);

create table token (
  id text primary key, secret_sha256 bytea not null, subject text not null, project text not null,
  roles text[] not null, created timestamptz not null, expires timestamptz not null, revoked timestamptz,
  issued_by text not null);
create index token_subject on token (subject) where revoked is null;

-- Append-only: each row's hash covers the one before, the head says where the chain ends, and a trigger refuses every change.
create table audit (
  sequence bigint primary key, id uuid not null unique, project text not null, who text not null, act text not null,
  object text not null, outcome text not null, at timestamptz not null, hash bytea not null);
create index audit_newest on audit (project, sequence desc);
create table audit_head (single boolean primary key default true check (single), sequence bigint not null, hash bytea not null);
insert into audit_head (sequence, hash) values (0, '\x');
create function refuse_change_of_audit() returns trigger language plpgsql as $$
begin
  raise exception 'audit rows are appended, never changed (% refused)', tg_op;
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit
  for each statement execute function refuse_change_of_audit();
