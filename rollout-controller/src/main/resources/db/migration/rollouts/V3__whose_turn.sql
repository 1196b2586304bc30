-- Of several controllers one acts. Its turn has a number; transactions of another turn are refused.
create table turn (
  one boolean primary key default true check (one),
  number bigint not null,
  holder text not null,
  since timestamptz not null);
