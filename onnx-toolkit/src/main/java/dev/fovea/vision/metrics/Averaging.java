package dev.fovea.vision.metrics;

/** How the numbers of classes become one. */
public enum Averaging {
  /** Over the classes that are true or answered somewhere, all alike; what has no number is 0. */
  MACRO,
  /** Over all answers alike: precision, recall and F1 are then the accuracy. */
  MICRO,
  /** As macro, but each class as often as it is true. */
  WEIGHTED
}
