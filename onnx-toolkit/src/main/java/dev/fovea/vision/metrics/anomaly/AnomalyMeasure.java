package dev.fovea.vision.metrics.anomaly;

/** Which measure of a detector of anomalies; 0 to 1 each. */
public enum AnomalyMeasure {
  /** {@link AnomalyEvaluation#imageAuroc}. */
  IMAGE_AUROC,
  /** {@link AnomalyEvaluation#imageAveragePrecision}. */
  IMAGE_AVERAGE_PRECISION,
  /** {@link AnomalyEvaluation#pixelAuroc}. */
  PIXEL_AUROC,
  /** {@link AnomalyEvaluation#aupro()}. */
  AUPRO
}
