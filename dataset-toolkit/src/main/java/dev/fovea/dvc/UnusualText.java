package dev.fovea.dvc;

/** A text that can't be changed line by line without loss: it is written whole. */
final class UnusualText extends Exception {
  private static final long serialVersionUID = 1;
}
