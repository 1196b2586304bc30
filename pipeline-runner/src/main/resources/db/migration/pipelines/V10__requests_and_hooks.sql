-- Who asked for a release: the same release can be asked for by several people, builds and deliveries. Each of them once.
create table release_request (
  release text not null references release on delete cascade,
  requested_by text not null,
  repository text not null default '',
  repository_id text not null default '',
  ref text not null default '',
  commit text not null default '',
  at timestamptz not null default now(),
  primary key (release, requested_by, repository_id, ref, commit));

-- A secret must be there as it is: an HMAC cannot be checked by a hash of its key.
create table hook (
  project text primary key,
  repository text not null,
  secret text not null,
  previous text,
  previous_until timestamptz,
  changed timestamptz not null default now());

-- Each delivery once, by its id, and each body once: the signature covers the body and nothing else, so that the same body
-- under another id is a replay. Bodies are not kept.
create table hook_delivery (
  project text not null,
  delivery text not null,
  body text not null,
  event text not null,
  wish jsonb not null,
  state text not null,
  outcome text not null,
  received timestamptz not null default now(),
  place bigint generated always as identity,
  primary key (project, delivery),
  unique (project, body));
create index hook_delivery_newest on hook_delivery (project, place desc);
