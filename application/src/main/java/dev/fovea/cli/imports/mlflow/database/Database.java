package dev.fovea.cli.imports.mlflow.database;

import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** MLflow's tables, only read, and only those columns that a revision has. */
public final class Database implements AutoCloseable {
  private static final int FETCHED_ROWS = 5_000;
  private static final int PATIENCE_SECONDS = 600;

  /** Of those that are held at once, such as the ids of an experiment's runs. */
  private static final int MOST_ROWS = 2_000_000;

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, Set<String>> tables = new HashMap<>();

  Database(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** Reads a row. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Whether a table has a column. */
  boolean has(String table, String column) throws IOException {
    return columns(table).contains(column);
  }

  /** Refuses a database without these columns. */
  void require(String table, String... columns) throws IOException {
    for (var column : columns) {
      if (!has(table, column)) {
        throw new InvalidRequest(
            "the database has no column '%s' in a table '%s': it is none of MLflow's, or was never migrated"
                .formatted(column, table),
            "run 'mlflow db upgrade' on a copy of it, or import from its server's http address");
      }
    }
  }

  private Set<String> columns(String table) throws IOException {
    var known = tables.get(table);
    if (known != null) {
      return known;
    }
    var found = new HashSet<String>();
    if (isTable(table)) {
      // Asked in earnest: a right that is missing, or a policy, is known before anything is
      // written.
      try (var statement = connection.prepareStatement("select * from " + table + " where 1 = 0");
          var none = statement.executeQuery()) {
        var about = none.getMetaData();
        for (int i = 1; i <= about.getColumnCount(); i++) {
          found.add(about.getColumnName(i).toLowerCase(Locale.ROOT));
        }
      } catch (SQLException e) {
        throw DatabaseFault.reading(e);
      }
    }
    tables.put(table, found);
    return found;
  }

  // A view of that name could compute for ever.
  private boolean isTable(String name) throws IOException {
    return !list(dialect.tableNamed(), _ -> 1, name).isEmpty();
  }

  /** All rows of a query. */
  <T> List<T> list(String sql, Row<T> row, Object... parameters) throws IOException {
    var rows = new ArrayList<T>();
    each(
        sql,
        row,
        read -> {
          if (rows.size() == MOST_ROWS) {
            throw new IOException(
                "the database has more than %d rows of one kind for one thing: %s"
                    .formatted(MOST_ROWS, Text.excerpt(sql)));
          }
          rows.add(read);
        },
        parameters);
    return rows;
  }

  /** Each row of a query, without holding them all. */
  <T> void each(String sql, Row<T> row, Each<T> each, Object... parameters) throws IOException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(FETCHED_ROWS);
      if (dialect == Dialect.SQLITE) {
        // PostgreSQL has its own, which counts for each portion of a cursor.
        statement.setQueryTimeout(PATIENCE_SECONDS);
      }
      set(statement, parameters);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          each.take(row.read(rows));
        }
      }
    } catch (SQLException e) {
      throw DatabaseFault.reading(e);
    }
  }

  /**
   * Each row of a table with a value in a column, in the way of the {@link Dialect}.
   *
   * @param columns after the first, which is free
   */
  <T> void eachOf(
      String table, String columns, String column, Object value, Row<T> row, Each<T> each)
      throws IOException {
    var sql = "select %s, %s from %s where %s = ?";
    if (!dialect.isInPieces()) {
      each(sql.formatted("0", columns, table, column), row, each, value);
      return;
    }
    var pieces =
        sql.formatted("rowid", columns, table, column) + " and rowid > ? order by rowid limit ?";
    var last = new long[] {Long.MIN_VALUE};
    while (true) {
      var piece =
          list(
              pieces,
              found -> {
                last[0] = found.getLong(1);
                return row.read(found);
              },
              value,
              last[0],
              FETCHED_ROWS);
      for (var item : piece) {
        each.take(item);
      }
      if (piece.size() < FETCHED_ROWS) {
        return;
      }
    }
  }

  /** Keys and values of a table; none where a revision has no such table. */
  List<Pair> pairs(
      String table,
      String key,
      String value,
      String column,
      Object owner,
      String and,
      Object... more)
      throws IOException {
    if (!has(table, key)) {
      return List.of();
    }
    var parameters = new ArrayList<>(List.of(owner));
    parameters.addAll(List.of(more));
    return list(
        "select %s, %s from %s where %s = ?%s order by 1".formatted(key, value, table, column, and),
        row -> new Pair(text(row, 1), text(row, 2)),
        parameters.toArray());
  }

  private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }

  /** A column's text, never null. */
  static String text(ResultSet row, int column) throws SQLException {
    var text = row.getString(column);
    return text == null ? "" : text;
  }

  /** A column's text; empty where it is null or empty. */
  static Optional<String> optionalText(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getString(column)).filter(text -> !text.isEmpty());
  }

  /** The one number of a query. */
  long count(String sql, Object... parameters) throws IOException {
    return list(sql, row -> row.getLong(1), parameters).getFirst();
  }

  /** An id as a number; below 0, which no id is, where it is none. */
  static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw DatabaseFault.reading(e);
    }
  }
}
