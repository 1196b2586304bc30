alter table device
  add column remote boolean not null default false,
  add column label text,
  add column key bytea,
  add column key_digest text,
  add column joined timestamptz,
  add column removed timestamptz,
  add column leased_at timestamptz,
  add column poll text;
create index device_of_label on device (label) where label is not null;

-- A job asks for a device or for any device of a label; which one has it, and under which fence, stands beside.
alter table job drop constraint job_device_fkey;
alter table job rename column device to target;
alter table job add column run_device text, add column run_fence bigint;
update job set run_device = target;
create index job_run_on on job (run_device, state);

create table invitation (
  id text primary key,
  device text not null,
  kind text not null,
  label text,
  secret_hash bytea not null,
  invited_by text not null,
  expires timestamptz not null,
  failures int not null default 0,
  used_by text);

create table agent_token (
  hash bytea primary key,
  device text not null,
  challenge text not null unique,
  expires timestamptz not null);

create table challenge_secret (one boolean primary key default true check (one), secret bytea not null);

create index job_of_profile on job ((profile ->> 'digest')) where state = 'DONE';
