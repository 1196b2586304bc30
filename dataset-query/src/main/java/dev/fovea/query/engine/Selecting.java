package dev.fovea.query.engine;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs a query on a confined database and says its rows. */
final class Selecting {
  private static final String PATH = "path";
  private static final int MOST_COLUMNS = 1_000;
  private static final int MOST_CHARS = 100_000;

  /** The statement becomes a part of another, which only a SELECT can be. */
  private static final String BEFORE = "SELECT * FROM (\n";

  private static final String PATHS_BEFORE = "SELECT DISTINCT path FROM (\n";

  /** A manifest knows of each image what a subset needs of it; null where the path is of none. */
  private static final String IMAGES_BEFORE =
      "SELECT chosen.path, image.md5, image.bytes FROM (" + PATHS_BEFORE;

  private static final String IMAGES_BEHIND =
      ") AS chosen LEFT JOIN images AS image ON image.path = CAST(chosen.path AS VARCHAR) ORDER BY chosen.path";

  private final Connection database;
  private final Request request;

  Selecting(Connection database, Request request) {
    this.database = database;
    this.request = request;
  }

  void answer(Answers answers) throws IOException, SQLException {
    var columns = columns();
    if (request.paths() && !columns.contains(PATH)) {
      throw new Refusal(
          "the query gives %s, and no column path (expected: the paths of images)"
              .formatted(String.join(", ", columns)),
          "select path from images where …");
    }
    requireSteady();
    boolean manifest = request.manifest() != null;
    var before = !request.paths() ? BEFORE : manifest ? IMAGES_BEFORE : PATHS_BEFORE;
    var order = !request.paths() ? "" : manifest ? IMAGES_BEHIND : " ORDER BY path";
    var behind = "\n) AS query" + order;
    var sql = "%s%s%s LIMIT %d".formatted(before, request.sql(), behind, request.rows() + 1);
    try (var statement = database.createStatement();
        var rows = statement.executeQuery(sql)) {
      answers.columns(names(rows));
      say(rows, answers);
    } catch (SQLException e) {
      throw explained(e, before.length());
    }
  }

  /** As the statement alone gives them; what is wrong with it is found here. */
  private List<String> columns() throws SQLException {
    try (var statement = database.prepareStatement(request.sql())) {
      var columns = new ArrayList<String>();
      var metadata = statement.getMetaData();
      if (metadata == null) {
        throw new Refusal("this is no query", "write one SELECT statement");
      }
      for (int i = 1; i <= metadata.getColumnCount(); i++) {
        columns.add(metadata.getColumnName(i));
      }
      if (columns.size() > MOST_COLUMNS) {
        throw new Refusal(
            "the query gives %d columns (expected: at most %d)"
                .formatted(columns.size(), MOST_COLUMNS),
            "select fewer");
      }
      return columns;
    } catch (SQLException e) {
      throw explained(e, 0);
    }
  }

  private Refusal explained(SQLException e, int before) throws SQLException {
    var problem = DuckProblem.parse(e, before);
    return problem.isOfNames()
        ? new Refusal(problem.what(), problem.at(), "there are: " + known())
        : problem.refusal();
  }

  /** The tables with their columns. */
  private String known() throws SQLException {
    var tables = new ArrayList<String>();
    try (var statement = database.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT table_name || '(' || string_agg(column_name, ', ' ORDER BY column_index) || ')'
                FROM duckdb_columns() WHERE NOT internal GROUP BY table_name ORDER BY table_name
                """)) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    return String.join("; ", tables);
  }

  /** Of the functions that must give the same each time, none may be one that does not. */
  private void requireSteady() throws SQLException {
    if (request.calls().isEmpty()) {
      return;
    }
    var unsteady = unsteady();
    for (var call : request.calls()) {
      if (unsteady.contains(call)) {
        throw new Refusal(
            "%s gives something else each time, so nobody could make this subset again"
                .formatted(call),
            "choose by what stays, such as: where md5 < '2' for about an eighth of the images");
      }
    }
  }

  private Set<String> unsteady() throws SQLException {
    var names = new HashSet<>(Set.of("current_date", "current_time", "current_timestamp"));
    names.addAll(Set.of("localtime", "localtimestamp"));
    try (var statement = database.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static List<String> names(ResultSet rows) throws SQLException {
    var names = new ArrayList<String>();
    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
      names.add(rows.getMetaData().getColumnName(i));
    }
    return names;
  }

  private void say(ResultSet rows, Answers answers) throws IOException, SQLException {
    int columns = rows.getMetaData().getColumnCount();
    for (long said = 0; rows.next(); said++) {
      if (said == request.rows()) {
        answers.end(true);
        return;
      }
      var row = new ArrayList<@Nullable Object>(columns);
      for (int i = 1; i <= columns; i++) {
        row.add(value(rows, i, said + 1));
      }
      answers.row(row);
    }
    answers.end(false);
  }

  private static @Nullable Object value(ResultSet rows, int column, long row) throws SQLException {
    var value = rows.getObject(column);
    return switch (value) {
      case null -> null;
      case Boolean _, Byte _, Short _, Integer _, Long _ -> value;
      case Float number -> Float.isFinite(number) ? number : number.toString();
      case Double number -> Double.isFinite(number) ? number : number.toString();
      case java.math.BigDecimal _, java.math.BigInteger _ -> value;
      default -> {
        var text = value instanceof String plain ? plain : rows.getString(column);
        if (text.length() > MOST_CHARS) {
          throw new Refusal(
              "row %d, %s: a text of %d characters (expected: at most %d)"
                  .formatted(
                      row, rows.getMetaData().getColumnName(column), text.length(), MOST_CHARS),
              "select a part of it, such as left(…, 100)");
        }
        yield text;
      }
    };
  }
}
