package dev.fovea.registry.sweep.trial;

/**
 * A value on a trial's way.
 *
 * @param step epochs, iterations, whatever the script counts; at least 0
 * @param value what is made small or large; may be NaN or infinite
 */
public record Report(long step, double value) {
  public Report {
    if (step < 0) {
      throw new IllegalArgumentException("step: %d (expected: >= 0)".formatted(step));
    }
  }
}
