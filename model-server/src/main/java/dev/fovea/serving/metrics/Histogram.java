package dev.fovea.serving.metrics;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * Counts of values up to each of a few bounds. Safe for many threads; a reading may be some values
 * behind.
 */
final class Histogram {
  private final String name;
  private final String help;
  private final double[] bounds;
  private final AtomicLongArray counts;
  private final DoubleAdder sum = new DoubleAdder();

  Histogram(String name, String help, double... bounds) {
    this.name = name;
    this.help = help;
    this.bounds = bounds.clone();
    counts = new AtomicLongArray(bounds.length + 1);
  }

  void record(double value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    counts.incrementAndGet(bucket);
    sum.add(value);
  }

  void write(StringBuilder out, String labels) {
    out.append("# HELP %s %s\n# TYPE %s histogram\n".formatted(name, help, name));
    long total = 0;
    for (int i = 0; i < bounds.length; i++) {
      total += counts.get(i);
      out.append("%s_bucket{%s,le=\"%s\"} %d\n".formatted(name, labels, bounds[i], total));
    }
    total += counts.get(bounds.length);
    out.append("%s_bucket{%s,le=\"+Inf\"} %d\n".formatted(name, labels, total));
    out.append(String.format(Locale.ROOT, "%s_sum{%s} %.9f\n", name, labels, sum.sum()));
    out.append("%s_count{%s} %d\n".formatted(name, labels, total));
  }
}
