-- A release whose rollout has ended may be rolled out again. Later attempts name the first and who asked why; a request that comes
-- twice is one attempt. What a first attempt has in its plan already is null, so a process of the version before may still add one.
alter table rollout
  add column attempt int not null default 1,
  add column first text references rollout (digest),
  add column asked_by text,
  add column asked_why text,
  add column request uuid,
  add constraint rollout_again check (
    attempt > 1 and first is not null and asked_by is not null and asked_why is not null and request is not null
    or attempt = 1 and first is null and asked_by is null and asked_why is null and request is null);
create unique index rollout_attempt on rollout (first, attempt);
create unique index rollout_request on rollout (project, request);
