-- Further projects that a token opens with the same roles, and what it is narrowed to.
alter table token
  add column others text[] not null default '{}',
  add column scopes text[] not null default '{}',
  add constraint token_others check (cardinality(others) < 50 and (project <> '*' or cardinality(others) = 0));

-- Whose account of the identity provider a name in the audit log is: a name that is given up there can be taken by somebody else.
create table person (
  name text primary key check (name = lower(name)), issuer text not null, subject text not null,
  first_seen timestamptz not null default now(), last_seen timestamptz not null default now());
create index person_account on person (issuer, subject);
