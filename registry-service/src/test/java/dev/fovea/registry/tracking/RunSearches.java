package dev.fovea.registry.tracking;

import dev.fovea.registry.metrics.TrackingTables;
import dev.fovea.registry.search.Sql;
import java.util.List;

/** The statements by which runs are searched for. */
public final class RunSearches {
  private RunSearches() {}

  static RunQuery search(
      TrackingTables tables, List<Long> experiments, String filter, String... order) {
    return new RunQuery(
        TrackingTables.PROJECT,
        experiments,
        tables.places(experiments),
        filter,
        List.of(order),
        Lifecycle.ACTIVE_ONLY);
  }

  public static Sql query(
      TrackingTables tables, List<Long> experiments, String filter, String... order) {
    return search(tables, experiments, filter, order).ids();
  }
}
