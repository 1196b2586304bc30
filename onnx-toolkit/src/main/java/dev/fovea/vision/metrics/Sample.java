package dev.fovea.vision.metrics;

/**
 * One picture of known truth and what was said about it.
 *
 * @param path which picture, such as its path in the dataset
 * @param slice the part of the dataset it belongs to, such as {@code night}; empty for none
 * @param truth its class, from 0
 * @param answer what the model said
 */
public record Sample(String path, String slice, int truth, Answer answer) {
  /** Whether the model was right. */
  public boolean right() {
    return truth == answer.label();
  }
}
