-- What keeps logging and searching fast; docs/adr/0019-metrics-that-stay-fast.md has the measurements.

-- A batch asks for its run once, where a foreign key asked for each of its points. No run is ever removed from its table.
alter table metric drop constraint metric_run_fkey;
alter table latest_metric drop constraint latest_metric_run_fkey;

-- A project and an experiment as one number, so that an index of values can begin with it.
alter table experiment add place bigint generated always as identity unique;

-- Half of each page is left for the next values, which then need no new entries in indexes. For that, an index of values has to leave them out while
-- they change: 'ranked' is the value, or NaN, once nothing was logged for a while, and null until then. Charts have blocks of what lies before
-- (charted_ms, charted_step); 'uncharted' is about how many points came since they were made.
alter table latest_metric
  add place bigint, add ranked double precision, add charted_ms bigint not null default 0, add charted_step bigint not null default 0,
  add uncharted bigint not null default 1000000;
alter table latest_metric alter charted_ms drop default, alter charted_step drop default, alter uncharted set default 0;
alter table latest_metric set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
update latest_metric l set place = e.place, ranked = case when l.is_nan then 'NaN' else l.value end
  from run r join experiment e on e.project = r.project and e.id = r.experiment where r.id = l.run;
alter table latest_metric alter place set not null;
create index latest_metric_ranked on latest_metric (place, key, ranked, run) where ranked is not null;
create index latest_metric_moving on latest_metric (place, key, run) where ranked is null;

-- A value's beginning is enough to find it by, and an entry of an index has no place for more. A column of its own, since an index of an
-- expression is never read without its table.
alter table param add place bigint, add head text generated always as (left(value, 64)) stored;
update param p set place = e.place from run r join experiment e on e.project = r.project and e.id = r.experiment where r.id = p.run;
alter table param alter place set not null;
create index param_of_place on param (place, key, head, run);
alter table tag add place bigint, add head text generated always as (left(value, 64)) stored;
update tag t set place = e.place from run r join experiment e on e.project = r.project and e.id = r.experiment where r.id = t.run;
alter table tag alter place set not null;
create index tag_of_place on tag (place, key, head, run);

-- What charts need of 64 points that follow each other in time: the last of them, the lowest and the highest value, the first NaN, and the
-- first by step.
create table metric_block (
  run text collate "C" not null, key text not null,
  last_ms bigint not null, last_step bigint not null, last_value double precision not null, last_nan boolean not null,
  low_ms bigint, low_step bigint, low_value double precision,
  high_ms bigint, high_step bigint, high_value double precision,
  nan_ms bigint, nan_step bigint,
  first_ms bigint not null, first_step bigint not null, first_value double precision not null, first_nan boolean not null,
  primary key (run, key, last_ms, last_step, last_value, last_nan));
