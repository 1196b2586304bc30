package dev.fovea.metrics;

import dev.fovea.roles.StateCounts;
import dev.fovea.roles.queue.Queue;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The depth of each service's queue and the states of what it works on. A scrape asks the database
 * at most once in {@link #KEPT} for each; what can't be asked is NaN, so that a scrape in a
 * database failure still tells the rest.
 */
final class ServiceMetrics implements MeterBinder {
  static final Duration KEPT = Duration.ofSeconds(5);

  private final List<Queue> queues;
  private final List<StateCounts> states;
  private final Clock clock;

  ServiceMetrics(List<Queue> queues, List<StateCounts> states, Clock clock) {
    this.queues = List.copyOf(queues);
    this.states = List.copyOf(states);
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (var queue : queues) {
      var depth = new Kept<>(queue::depth, KEPT, clock);
      var service = queue.role().id();
      gauge(
          registry,
          "fovea.queue.waiting",
          "Work that is not begun.",
          service,
          depth,
          Queue.Depth::waiting);
      gauge(
          registry,
          "fovea.queue.running",
          "Work that is under way.",
          service,
          depth,
          Queue.Depth::running);
      gauge(
          registry,
          "fovea.queue.parked",
          "Work that failed too often and waits for a person.",
          service,
          depth,
          Queue.Depth::parked);
      gauge(
          registry,
          "fovea.queue.oldest.seconds",
          "How long the longest waiting work is due.",
          service,
          depth,
          Queue.Depth::oldestSeconds);
    }
    for (var counted : states) {
      var counts = new Kept<>(counted.counts(), KEPT, clock);
      for (var state : counted.states()) {
        Gauge.builder(
                counted.name(),
                counts,
                kept -> kept.read(found -> found.getOrDefault(state, 0L).doubleValue()))
            .description(counted.what())
            .tag("state", state.toLowerCase(Locale.ROOT))
            .strongReference(true)
            .register(registry);
      }
    }
  }

  private static void gauge(
      MeterRegistry registry,
      String name,
      String what,
      String service,
      Kept<Queue.Depth> depth,
      ToDoubleFunction<Queue.Depth> value) {
    Gauge.builder(name, depth, kept -> kept.read(value))
        .description(what)
        .tag("service", service)
        .strongReference(true)
        .register(registry);
  }
}
