package dev.fovea.metrics;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that is asked for at most once in a while, however many gauges read it. */
final class Kept<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Kept.class);

  private final Supplier<T> source;
  private final Duration kept;
  private final Clock clock;
  private Instant until = Instant.MIN;
  private @Nullable T value;

  Kept(Supplier<T> source, Duration kept, Clock clock) {
    this.source = source;
    this.kept = kept;
    this.clock = clock;
  }

  /** A figure of it; NaN where it can't be had. */
  synchronized double read(ToDoubleFunction<T> figure) {
    if (clock.instant().isAfter(until)) {
      // Before the question: a database that is down is asked once in a while, too.
      until = clock.instant().plus(kept);
      value = asked();
    }
    return value == null ? Double.NaN : figure.applyAsDouble(value);
  }

  private @Nullable T asked() {
    try {
      return source.get();
    } catch (RuntimeException e) {
      LOG.debug("a metric can't be read", e);
      return null;
    }
  }
}
