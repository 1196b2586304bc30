package dev.fovea.vision.metrics.bootstrap;

/**
 * Where a measure lies, by {@link ImageBootstrap}.
 *
 * @param estimate on the images as they are: of one model, or the difference of two
 * @param standardError the standard deviation over the resamples
 * @param bias how far the mean of the resamples is above the estimate; not part of the interval
 * @param low the lower end of the interval
 * @param high the upper end of the interval
 * @param confidence how often such an interval holds the true value, such as 0.95
 * @param resamples how many there were
 */
public record BootstrapInterval(
    double estimate,
    double standardError,
    double bias,
    double low,
    double high,
    double confidence,
    int resamples) {

  /** Whether a value lies outside: 0 for a difference that is there. */
  public boolean excludes(double value) {
    return value < low || value > high;
  }
}
