package dev.fovea.cli.imports.rest;

import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.Point;
import java.io.IOException;

/** The whole history of a metric, a page after the other. */
public final class MetricHistory {
  private static final String CALL = "/api/2.0/mlflow/metrics/get-history";
  private static final String POINTS_A_PAGE = "25000";

  private MetricHistory() {}

  /** Takes each point of a run's metric. */
  public static void each(Rest rest, String run, String key, Each<Point> each) throws IOException {
    Paged.each(
        "metrics",
        token -> {
          var query =
              Query.of("run_id", run).and("metric_key", key).and("max_results", POINTS_A_PAGE);
          return rest.get(CALL, token.isEmpty() ? query : query.and("page_token", token));
        },
        point -> each.take(Json.point(key, point)));
  }
}
