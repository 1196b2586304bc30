-- A sweep may take what its trials' runs log for their reports and values (sweep.LoggedTrials): by this key. Null: workers tell them.
alter table sweep add column metric text;

-- 'latency' is a second objective, in milliseconds; 'stopped' says that the worker was told to stop, so that its run's end is no completion;
-- 'looked' is until when its run was read, by this server's clock; 'note' says why it failed.
alter table sweep_trial
  add column latency double precision, add column stopped boolean not null default false,
  add column looked timestamptz not null default '-infinity', add column note text not null default '';

-- The secret before the last rotation, sealed as the other is, and until when deliveries are signed with it too.
alter table webhook add column old_secret bytea, add column old_until timestamptz;
