create table queue (
  task_name text not null, task_instance text not null, task_data bytea, execution_time timestamptz not null, picked boolean not null,
  picked_by text, last_success timestamptz, last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz,
  version bigint not null, priority smallint, state text, primary key (task_name, task_instance));
create index queue_execution_time on queue (execution_time);
create index queue_last_heartbeat on queue (last_heartbeat);
create index queue_priority_execution_time on queue (priority desc, execution_time asc);

create table project (
  name text primary key,
  created timestamptz not null default now());

-- DVC's name of an object and the digest that it is trusted by; per project, so that a name tells nothing about another team.
create table dvc_object (
  project text not null references project,
  name text not null,
  digest text not null,
  bytes bigint not null,
  stored timestamptz not null default now(),
  primary key (project, name));

-- What decoding an image told; an image is never decoded twice.
create table image_check (
  digest text primary key,
  fault text not null,
  width int not null,
  height int not null,
  dhash bigint not null);

create table version (
  project text not null references project,
  dataset text not null,
  number int not null,
  digest text not null,
  commit_sha text not null,
  branch text not null,
  dvc text not null,
  classes text[] not null,
  images int not null,
  bytes bigint not null,
  splits jsonb not null,
  parent text,
  added int not null,
  removed int not null,
  relabelled int not null,
  author text not null,
  batch text,
  created timestamptz not null default now(),
  primary key (project, dataset, number),
  unique (project, dataset, digest));
create index version_batch on version (project, batch) where batch is not null;

create table head (
  project text not null references project,
  branch text not null,
  dataset text not null,
  digest text not null,
  primary key (project, branch, dataset));

-- How far each branch has been turned into versions: compared with the repository to find what a kill left undone.
create table branch (
  project text not null references project,
  name text not null,
  commit_sha text not null,
  primary key (project, name));

-- A push is CHECKED before its branch moves and becomes ACCEPTED with its versions.
create table push (
  id uuid primary key,
  project text not null references project,
  branch text not null,
  commit_sha text not null,
  who text not null,
  state text not null check (state in ('CHECKED', 'ACCEPTED', 'REFUSED')),
  findings jsonb not null,
  batch text,
  at timestamptz not null default now());
create index push_log on push (project, at desc);
create index push_checked on push (project, branch) where state = 'CHECKED';

create table frame (
  project text not null references project,
  image text not null,
  model text not null,
  variant text not null,
  arm text not null,
  answer text not null,
  confidence double precision not null,
  margin double precision not null,
  probabilities double precision[] not null,
  reason text not null,
  seen timestamptz not null,
  primary key (project, image, model, variant));
create index frame_newest on frame (project, seen desc);
create index frame_unsure on frame (project, model, margin, image);

create table batch (
  project text not null references project,
  digest text not null,
  dataset text not null,
  model text not null,
  classes text[] not null,
  chosen timestamptz not null default now(),
  closed timestamptz,
  primary key (project, digest));

create table item (
  project text not null,
  batch text not null,
  number int not null,
  image text not null,
  variant text not null,
  guess text not null,
  confidence double precision not null,
  why text not null,
  label text,
  usable boolean not null default true,
  labelled timestamptz,
  holder text,
  lease_until timestamptz,
  primary key (project, batch, number),
  foreign key (project, batch) references batch);
create index item_image on item (project, image);
