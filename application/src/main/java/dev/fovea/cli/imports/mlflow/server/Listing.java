package dev.fovea.cli.imports.mlflow.server;

import dev.fovea.cli.imports.rest.Query;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What MLflow's listings have in common: where they are, and how their pages are asked for. */
final class Listing {
  static final String BASE = "/api/2.0/mlflow/";

  /** Items on a page, of those whose pages MLflow bounds by 1,000. */
  static final int PAGE = 200;

  private Listing() {}

  /** Refuses what has no id, or was listed before. */
  static void once(Set<String> seen, String what, String id) throws IOException {
    if (id.isEmpty() || !seen.add(id)) {
      throw new IOException(
          "the server lists %s '%s' twice, or one without an id: its listing cannot be trusted"
              .formatted(what, Text.excerpt(id)));
    }
  }

  /** A query for a page. */
  static Query searched(Query query, String token) {
    return token.isEmpty() ? query : query.and("page_token", token);
  }

  /** A body for a page. */
  static Map<String, Object> page(String token, Map<String, Object> body) {
    var all = new HashMap<>(body);
    if (!token.isEmpty()) {
      all.put("page_token", token);
    }
    return all;
  }
}
