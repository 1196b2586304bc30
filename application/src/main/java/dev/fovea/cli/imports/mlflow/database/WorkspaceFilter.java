package dev.fovea.cli.imports.mlflow.database;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Keeps other workspaces out of a query, where the database's revision knows workspaces. */
final class WorkspaceFilter {
  private final Database database;
  private final String workspace;

  WorkspaceFilter(Database database, String workspace) {
    this.database = database;
    this.workspace = workspace;
  }

  String workspace() {
    return workspace;
  }

  /** A condition to add to those of a table; empty where it has no workspaces. */
  String of(String table) throws IOException {
    return database.has(table, "workspace") ? " and workspace = ?" : "";
  }

  /** Parameters, followed by that of the condition. */
  Object[] parameters(String table, Object... parameters) throws IOException {
    var all = new ArrayList<>(List.of(parameters));
    if (database.has(table, "workspace")) {
      all.add(workspace);
    }
    return all.toArray();
  }
}
