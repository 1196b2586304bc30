-- How an image's pixels are stored: an empty text where the file does not say; null where the image was decoded before this was asked, so that
-- it is decoded again.
alter table image_check
  add column channels text,
  add column bits int not null default 0,
  add column orientation int not null default 1;

-- What the gate saw in a version when it was recorded; older versions have none.
create table quality_report (
  project text not null,
  dataset text not null,
  digest text not null,
  report jsonb not null,
  primary key (project, dataset, digest),
  foreign key (project, dataset, digest) references version (project, dataset, digest));
