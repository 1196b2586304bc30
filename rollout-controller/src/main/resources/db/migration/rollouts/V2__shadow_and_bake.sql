-- Until when the version before a promoted one is kept warm.
alter table rollout add column bake_ends timestamptz;

-- A rollout that gets copies is under way as one with traffic is.
drop index rollout_under_way;
create unique index rollout_under_way on rollout (project, model)
  where state in ('PACKAGING', 'STARTING', 'SHADOW', 'CANARY', 'AWAITING_APPROVAL');

-- One of a model bakes at a time; the next may warm up meanwhile.
create unique index rollout_baking on rollout (project, model) where state = 'BAKING';
