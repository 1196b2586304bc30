package dev.fovea.cli.imports.mlflow.database;

import static dev.fovea.cli.imports.mlflow.database.Database.optionalText;
import static dev.fovea.cli.imports.mlflow.database.Database.text;

import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Registered models with their versions, tags and aliases. */
final class RegisteredModelRows {
  private final Database database;
  private final WorkspaceFilter workspaces;
  private final Remarks remarks;

  RegisteredModelRows(Database database, WorkspaceFilter workspaces, Remarks remarks) {
    this.database = database;
    this.workspaces = workspaces;
    this.remarks = remarks;
  }

  /** Those of the workspace by name, without prompts. */
  List<RegisteredModel> all() throws IOException {
    if (!database.has("registered_models", "name")) {
      return List.of();
    }
    var models = new ArrayList<RegisteredModel>();
    var names =
        database.list(
            "select name, description from registered_models where 1 = 1%s order by name"
                .formatted(workspaces.of("registered_models")),
            row -> new Named(text(row, 1), optionalText(row, 2)),
            workspaces.parameters("registered_models"));
    for (var each : names) {
      var tags = ownTags("registered_model_tags", each.name(), "");
      if (tags.contains(new Pair("mlflow.prompt.is_prompt", "true"))) {
        remarks.note("prompt '%s' has no place here".formatted(Text.excerpt(each.name())));
        continue;
      }
      models.add(
          new RegisteredModel(
              each.name(),
              each.description(),
              tags,
              versions(each.name()),
              database.pairs(
                  "registered_model_aliases",
                  "alias",
                  "version",
                  "name",
                  each.name(),
                  workspaces.of("registered_model_aliases"),
                  workspaces.parameters("registered_model_aliases"))));
    }
    return List.copyOf(models);
  }

  private record Named(String name, Optional<String> description) {}

  private List<Pair> ownTags(String table, String name, String and, Object... more)
      throws IOException {
    return database.pairs(
        table,
        "key",
        "value",
        "name",
        name,
        and + workspaces.of(table),
        workspaces.parameters(table, more));
  }

  private List<RegisteredModel.Version> versions(String name) throws IOException {
    var bare =
        database.list(
            "select version, source, %s, run_id, description, current_stage from model_versions where name = ? and current_stage <> 'Deleted_Internal'%s order by version"
                .formatted(
                    database.has("model_versions", "storage_location")
                        ? "storage_location"
                        : "source",
                    workspaces.of("model_versions")),
            row ->
                new RegisteredModel.Version(
                    row.getInt(1),
                    text(row, 2),
                    text(row, 3),
                    optionalText(row, 4),
                    Optional.empty(),
                    text(row, 5),
                    text(row, 6),
                    List.of()),
            workspaces.parameters("model_versions", name));
    var versions = new ArrayList<RegisteredModel.Version>();
    for (var version : bare) {
      versions.add(
          new RegisteredModel.Version(
              version.number(),
              version.source(),
              version.place(),
              version.run(),
              version.model(),
              version.description(),
              version.stage(),
              ownTags("model_version_tags", name, " and version = ?", version.number())));
    }
    return List.copyOf(versions);
  }
}
