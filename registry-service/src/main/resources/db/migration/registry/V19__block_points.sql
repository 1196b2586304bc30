-- Neighbouring blocks become one where a metric has many, so that a chart of a million points reads as many rows as one of a hundred thousand.
alter table metric_block add column points integer not null default 64;
alter table metric_block alter points drop default;
