-- Files on their way in parts, and files that go by an address of their own (artifacts.Uploads, artifacts.SignedFiles). 'secret' signs the
-- addresses of this one alone; 'sent' counts the bytes of all its parts, repeats included; digest and bytes are what came of it, or what is read.
-- A row goes when its parts are gone, some time after it expired: until then somebody may still send one.
create table transfer (
  id text collate "C" primary key, kind text not null, project text not null, experiment bigint not null, owner text collate "C" not null,
  path text not null, parts int not null, secret text not null, state text not null, sent bigint not null default 0,
  digest text, bytes bigint, opened timestamptz not null default now(), expires timestamptz not null);
create index transfer_expires on transfer (expires);
create index transfer_open on transfer (project) where state = 'open';
