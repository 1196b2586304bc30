package dev.fovea.cli.imports.mlflow.database;

/** Where databases differ for one who reads MLflow's tables. */
enum Dialect {
  /** In pieces, since a reader that takes its time keeps out whoever writes. */
  SQLITE("select 1 from sqlite_master where type = 'table' and name = ?", true),

  /** As one moment shows it, by a cursor. */
  POSTGRESQL(
      // What a query without a schema would read, be it a view that hides a table.
      "select 1 from pg_catalog.pg_class where oid = pg_catalog.to_regclass(?) and relkind in ('r', 'p')",
      false);

  private final String tableNamed;
  private final boolean inPieces;

  Dialect(String tableNamed, boolean inPieces) {
    this.tableNamed = tableNamed;
    this.inPieces = inPieces;
  }

  /** A query with one parameter that has a row where a name is a table's, and no view's. */
  String tableNamed() {
    return tableNamed;
  }

  /** Whether rows of large tables are read in several queries, by their {@code rowid}. */
  boolean isInPieces() {
    return inPieces;
  }
}
