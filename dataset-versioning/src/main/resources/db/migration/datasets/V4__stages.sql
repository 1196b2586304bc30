-- The runs of stages that are in the lineage, each by what it read and made, with the first commit that said so.
create table stage_run (
  project text not null,
  digest text not null,
  label text not null,
  commit_sha text not null,
  at timestamptz not null,
  primary key (project, digest));

-- What a run read, and what it made: by it a dataset version that comes later finds the runs of before.
create table stage_data (
  project text not null,
  run text not null,
  object text not null,
  made boolean not null,
  primary key (project, run, object, made),
  foreign key (project, run) references stage_run);
create index stage_data_object on stage_data (project, object);

-- A run that comes later finds the versions of before.
create index version_of_folder on version (project, dvc);
