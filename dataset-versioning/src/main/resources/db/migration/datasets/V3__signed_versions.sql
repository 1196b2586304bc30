-- The public keys that this service has signed with; one is in use, the others stay so that what they signed can be checked.
create table signing_key (
  id text primary key,
  spki bytea not null,
  since timestamptz not null default now(),
  until timestamptz);

-- What was signed about a version, in the transaction that made it or at a later start: DSSE's JSON.
create table statement (
  project text not null,
  dataset text not null,
  number int not null,
  key text not null references signing_key,
  envelope text not null,
  primary key (project, dataset, number),
  foreign key (project, dataset, number) references version);
