package dev.fovea.registry.metrics;

import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import java.util.Comparator;
import java.util.Optional;

/**
 * One value of a metric.
 *
 * @param value NaN is kept; an infinity becomes the largest number of its sign, as in MLflow
 * @param atMillis since 1970, at least 0
 * @param step may be negative
 * @param model the logged model that it measures
 */
public record LoggedMetric(
    String key,
    double value,
    long atMillis,
    long step,
    Optional<String> model,
    String dataset,
    String datasetDigest) {
  /** Which of two is the latest: by step, time and value, not by arrival. */
  static final Comparator<LoggedMetric> BY_STEP =
      Comparator.comparingLong(LoggedMetric::step)
          .thenComparingLong(LoggedMetric::atMillis)
          .thenComparingDouble(LoggedMetric::stored);

  public LoggedMetric {
    Limits.key("metric", key);
    if (atMillis < 0) {
      throw MlflowError.invalid(
          "Invalid value %d for parameter 'timestamp' supplied: it must not be negative"
              .formatted(atMillis));
    }
    if (Double.isInfinite(value)) {
      value = Math.copySign(Double.MAX_VALUE, value);
    }
  }

  /** A metric without a model. */
  public LoggedMetric(String key, double value, long atMillis, long step) {
    this(key, value, atMillis, step, Optional.empty(), "", "");
  }

  /** Reads MLflow's message. */
  public static LoggedMetric of(Fields fields) {
    return new LoggedMetric(
        fields.text("key"),
        fields.number("value"),
        fields.whole("timestamp"),
        fields.optionalWhole("step").orElse(0),
        fields.optionalText("model_id").filter(id -> !id.isEmpty()),
        fields.optionalText("dataset_name").orElse(""),
        fields.optionalText("dataset_digest").orElse(""));
  }

  boolean isNan() {
    return Double.isNaN(value);
  }

  /** Whether it is a number; the largest of doubles was an infinity. */
  boolean isFinite() {
    return Math.abs(value) < Double.MAX_VALUE;
  }

  /** The number in the table, where a flag beside it says NaN. */
  double stored() {
    return isNan() ? 0 : value;
  }

  /** A value as it was sent: the largest number of a sign stands for the infinity of that sign. */
  public static double sent(double value) {
    return Math.abs(value) == Double.MAX_VALUE
        ? Math.copySign(Double.POSITIVE_INFINITY, value)
        : value;
  }
}
