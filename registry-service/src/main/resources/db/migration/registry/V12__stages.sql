-- MLflow's stages: a word beside each version for its clients, which releases nothing.
alter table model_version
  add column stage text not null default 'None',
  add constraint model_version_stage check (stage in ('None', 'Staging', 'Production', 'Archived'));
create index model_version_of_stage on model_version (project, model, stage, number desc);

-- A logged model that is deleted is hidden; its files stay as long as a registered version is made of them.
alter table logged_model
  add column lifecycle text not null default 'active',
  add constraint logged_model_lifecycle check (lifecycle in ('active', 'deleted'));
create index model_version_of_logged_model on model_version (logged_model) where logged_model is not null;
