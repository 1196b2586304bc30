package dev.fovea.onnx.quantize.search;

import java.util.concurrent.CancellationException;

/** Counts what was done of what is to be done, and ends the search where somebody wishes it. */
final class Work {
  private final SearchWatch watch;
  private final long planned;
  private long inferences;

  Work(SearchWatch watch, long planned) {
    this.watch = watch;
    this.planned = planned;
  }

  /**
   * Before a piece of work.
   *
   * @throws CancellationException where the search is to end
   */
  void step(String what) {
    if (watch.cancelled()) {
      throw new CancellationException(
          "search cancelled after %d of at most %d inferences, before: %s"
              .formatted(inferences, planned, what));
    }
    watch.at(Math.min(1, inferences / (double) Math.max(1, planned)), what);
  }

  void inferred(long times) {
    inferences += times;
  }

  long inferences() {
    return inferences;
  }
}
