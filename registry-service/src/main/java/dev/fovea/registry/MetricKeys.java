package dev.fovea.registry;

import java.time.Instant;
import java.util.List;

/**
 * Some of the metrics of a run.
 *
 * @param total how many the run has
 * @param groups how many there are under each prefix, by prefix; at most 50 prefixes
 * @param matching how many are in the group and contain the text asked for
 * @param keys a page of them, by key
 */
public record MetricKeys(long total, List<Group> groups, long matching, List<Latest> keys) {
  /**
   * Keys that begin alike.
   *
   * @param prefix with its slash, such as {@code val/}; empty for keys without one
   */
  public record Group(String prefix, long keys) {}

  /** A metric's latest value; an infinity is one. */
  public record Latest(String key, double value, long step, Instant at) {}
}
