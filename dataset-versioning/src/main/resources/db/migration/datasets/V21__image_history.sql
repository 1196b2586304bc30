-- Which versions have their changes written down, in the transaction that made them or later.
create table image_history (
  project text not null,
  dataset text not null,
  number int not null,
  changes int not null,
  primary key (project, dataset, number),
  foreign key (project, dataset, number) references version (project, dataset, number));

-- What a version did to one image: it came (nothing old), left (nothing new), or is described otherwise. An image that a
-- version leaves alone has no row, so that a thousand versions of a large dataset cost what changed between them.
create table image_change (
  project text not null,
  dataset text not null,
  number int not null,
  image text not null,
  old_path text,
  old_label text,
  old_split text,
  old_slice text,
  new_path text,
  new_label text,
  new_split text,
  new_slice text,
  foreign key (project, dataset, number) references image_history,
  check (old_path is not null or new_path is not null));
create index image_change_image on image_change (project, dataset, image, number desc);
-- A path may be longer than what an index takes.
create index image_change_old_path on image_change (project, dataset, md5(old_path), number desc) where old_path is not null;
create index image_change_new_path on image_change (project, dataset, md5(new_path), number desc) where new_path is not null;
