package dev.fovea.query.engine;

import java.sql.SQLException;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What DuckDB says is wrong, from {@code errors_as_json}.
 *
 * @param type such as {@code Binder}
 * @param what in its words, on one line
 * @param at in bytes from the statement's beginning; -1 where no place is meant
 */
record DuckProblem(String type, String what, int at) {
  private static final Set<String> NAMES = Set.of("Binder", "Catalog");
  private static final int MOST_CHARS = 600;

  /**
   * @param before how many bytes the statement stands behind the beginning of what was run
   */
  static DuckProblem parse(SQLException e, int before) {
    var message = String.valueOf(e.getMessage());
    int json = message.indexOf('{');
    if (json >= 0) {
      try {
        var fields = JsonMapper.shared().readTree(message.substring(json));
        var text = fields.path("exception_message");
        if (text.isString()) {
          return new DuckProblem(
              fields.path("exception_type").asString(""),
              line(text.asString()),
              at(fields.path("position"), before));
        }
      } catch (JacksonException _) {
        // then it is no JSON
      }
    }
    return new DuckProblem("", line(message), -1);
  }

  private static int at(JsonNode position, int before) {
    try {
      return Math.max(-1, Integer.parseInt(position.asString("-1")) - before);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  /** Without DuckDB's advice, which is for whoever may change its settings. */
  private static String line(String text) {
    var line =
        text.split("Possible solutions:|Database is launched", 2)[0]
            .strip()
            .replaceAll("\\s+", " ");
    return line.length() > MOST_CHARS ? line.substring(0, MOST_CHARS) + "…" : line;
  }

  /** Whether a table, column or function is not known, or used as what it is not. */
  boolean isOfNames() {
    return NAMES.contains(type);
  }

  Refusal refusal() {
    return new Refusal(
        what,
        at,
        switch (type) {
          case "Parser" -> "mend the SQL there";
          case "Out of Memory" -> "select less at once, or give it more with --memory";
          case "Permission", "Invalid Input" ->
              "a query reads images, objects and labels, and nothing else";
          default -> "mend the query";
        });
  }
}
