package dev.fovea.vision.metrics.classification;

import java.util.ArrayList;
import java.util.List;

/** A row of probabilities for each image, in blocks, so that growing copies nothing. */
final class ProbabilityRows {
  private static final int BLOCK = 1 << 16;

  private final int classes;
  private final int rowsTogether;
  private final List<double[]> blocks;
  private int size;

  ProbabilityRows(int classes) {
    this(classes, new ArrayList<>(), 0);
  }

  private ProbabilityRows(int classes, List<double[]> blocks, int size) {
    this.classes = classes;
    this.rowsTogether = Math.max(1, BLOCK / classes);
    this.blocks = blocks;
    this.size = size;
  }

  int size() {
    return size;
  }

  int classes() {
    return classes;
  }

  void add(double[] row) {
    int within = size % rowsTogether;
    if (within == 0) {
      blocks.add(new double[rowsTogether * classes]);
    }
    System.arraycopy(row, 0, blocks.getLast(), within * classes, classes);
    size++;
  }

  double at(int row, int label) {
    return blocks.get(row / rowsTogether)[row % rowsTogether * classes + label];
  }

  /** The rows so far; those that are added later are not seen. */
  ProbabilityRows soFar() {
    return new ProbabilityRows(classes, List.copyOf(blocks), size);
  }
}
