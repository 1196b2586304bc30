-- The CI build that a token was given to: all four or none.
alter table token
  add column repository text, add column repository_id text, add column ref text, add column commit text,
  add constraint token_build check (num_nulls(repository, repository_id, ref, commit) in (0, 4));

-- Each identity token is exchanged once; a row is of no use once the token has expired.
create table oidc_exchanged (
  issuer text not null, jti text not null, expires timestamptz not null, primary key (issuer, jti));
create index oidc_exchanged_expires on oidc_exchanged (expires);

-- Which repository a name meant when it first came: a name that is given up can be taken by somebody else.
create table oidc_repository (
  project text not null, repository text not null, repository_id text not null, first_seen timestamptz not null default now(),
  primary key (project, repository));
