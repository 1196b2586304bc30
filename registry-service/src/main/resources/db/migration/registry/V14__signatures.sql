-- The public keys that have signed here; one is in use, the others stay so that what they signed can be checked.
create table signing_key (
  id text primary key, spki bytea not null, since timestamptz not null default now(), until timestamptz);

-- What was signed of a version: DSSE's JSON, written in the transaction that made the version.
create table model_signature (
  project text not null, model text not null, number int not null, key text not null references signing_key, envelope text not null,
  primary key (project, model, number),
  foreign key (project, model, number) references model_version (project, model, number)
    on update cascade on delete cascade);

-- Versions made before this moment are signed late; a later one without a signature has lost it, and gets no other.
create table signing_start (single boolean primary key default true check (single), at_ms bigint not null);
insert into signing_start (at_ms) select (extract(epoch from clock_timestamp()) * 1000)::bigint;
