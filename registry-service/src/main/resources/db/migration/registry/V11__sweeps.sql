-- A search over hyperparameters. The plan is kept as it was sent, and read again whenever it is needed.
create table sweep (
  id bigint generated always as identity primary key, project text not null, name text not null, experiment bigint not null,
  plan text not null, min_resource bigint, created timestamptz not null default now(), created_by text not null,
  unique (project, name),
  foreign key (project, experiment) references experiment (project, id));

-- A lease that has ended is taken by whoever asks next, so nothing has to watch the clock.
create table sweep_trial (
  sweep bigint not null references sweep, number int not null, point double precision[] not null, state text not null,
  value double precision, last_step bigint, last_value double precision,
  attempt int not null, run text collate "C" not null, worker text not null, ask_key text not null,
  lease text not null, lease_seconds int not null, lease_ends timestamptz not null,
  primary key (sweep, number), unique (sweep, ask_key));
create index sweep_trial_lease on sweep_trial (sweep, lease_ends) where state = 'RUNNING';

create table sweep_report (
  sweep bigint not null, number int not null, step bigint not null, value double precision not null, stop boolean not null,
  primary key (sweep, number, step),
  foreign key (sweep, number) references sweep_trial);
create index sweep_report_step on sweep_report (sweep, step);

-- What a trial came to when it completed a rung of successive halving; less is better.
create table sweep_rung (
  sweep bigint not null, rung int not null, number int not null, loss double precision not null,
  primary key (sweep, rung, number),
  foreign key (sweep, number) references sweep_trial);
create index sweep_rung_loss on sweep_rung (sweep, rung, loss);
