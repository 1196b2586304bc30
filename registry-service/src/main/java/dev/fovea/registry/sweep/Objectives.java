package dev.fovea.registry.sweep;

import java.util.Optional;

/**
 * What complete trials are compared by, beside whether small or large values are wanted.
 *
 * @param value where the value comes from; empty where workers tell it
 * @param latency the second objective; empty where there is none
 */
record Objectives(Optional<Source> value, Optional<Latency> latency) {
  private static final int MOST_KEY = 250;

  /** Which of a metric's values counts. */
  enum Take {
    /** The one of the largest step, as MLflow shows it. */
    LAST,
    /** The best of all, by the sweep's goal. */
    BEST
  }

  /** A metric of the trial's run. */
  record Source(String metric, Take take) {}

  /**
   * Milliseconds, the fewer the better.
   *
   * @param metric where they come from; empty where workers tell them
   */
  record Latency(Optional<String> metric) {}

  static Objectives of(Body body) {
    var value =
        body.isAbsent("metric")
            ? Optional.<Source>empty()
            : Optional.of(
                new Source(
                    body.text("metric", MOST_KEY),
                    body.isAbsent("take") ? Take.LAST : body.one("take", Take.class)));
    if (value.isEmpty() && !body.isAbsent("take")) {
      throw body.refusal("take", "none, since no metric is given");
    }
    var latency =
        body.object("latency", "metric")
            .map(one ->
                new Latency(
                    one.isAbsent("metric")
                        ? Optional.empty()
                        : Optional.of(one.text("metric", MOST_KEY))));
    if (value.isPresent() && latency.filter(one -> one.metric().isEmpty()).isPresent()) {
      throw body.refusal("latency", "{\"metric\": KEY}, since the value comes from a metric, too");
    }
    return new Objectives(value, latency);
  }
}
