-- Who asks for a release again asks anew: the statuses of a commit follow the release that was asked for last.
alter table release_request add column last_at timestamptz;
update release_request set last_at = at;
alter table release_request alter column last_at set default now(), alter column last_at set not null;
create index release_request_of_commit on release_request (commit) where commit <> '';

-- What the Git host is to know of a commit, one row a gate, and whether it does. A row holds what is true now, so what was
-- overtaken before it was sent is never sent.
create table commit_status (
  project text not null,
  repository text not null,
  commit text not null,
  context text not null,
  place int not null,
  release text not null references release on delete cascade,
  state text not null,
  description text not null,
  target text not null,
  delivery text not null default 'WAITING',
  tries int not null default 0,
  next_try timestamptz not null default now(),
  answered int,
  outcome text not null default '',
  sent timestamptz,
  primary key (project, repository, commit, context),
  constraint commit_status_delivery check (delivery in ('WAITING', 'SENT', 'REFUSED', 'GIVEN_UP')));
create index commit_status_of_release on commit_status (release, place);
