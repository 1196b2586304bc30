package dev.fovea.serving.model;

import dev.fovea.onnx.graph.Graph;
import java.util.Set;

/** What a model's scores are, and how they become probabilities. */
enum Scores {
  /** Any numbers: softmax makes them probabilities. */
  LOGITS,
  /** The model ends in a softmax of its own. */
  PROBABILITIES;

  private static final Set<String> PASSES_ON =
      Set.of("Identity", "Cast", "QuantizeLinear", "DequantizeLinear", "Reshape", "Flatten");

  /** Looks at the node behind an output, through nodes that only change its form. */
  static Scores of(Graph graph, String output) {
    var tensor = output;
    for (int steps = 0; steps < graph.nodes().size(); steps++) {
      var producer = graph.producerOf(tensor);
      if (producer.isEmpty()) {
        return LOGITS;
      }
      var node = producer.get();
      if (node.opType().equals("Softmax")) {
        return PROBABILITIES;
      }
      if (!PASSES_ON.contains(node.opType()) || node.inputs().isEmpty()) {
        return LOGITS;
      }
      tensor = node.inputs().getFirst();
    }
    return LOGITS;
  }

  /** Probabilities of one row; all NaN as soon as one score is NaN or positive infinity. */
  float[] probabilities(float[] scores, int from, int classes) {
    var row = new float[classes];
    System.arraycopy(scores, from, row, 0, classes);
    return this == PROBABILITIES ? row : softmax(row);
  }

  private static float[] softmax(float[] row) {
    double max = Double.NEGATIVE_INFINITY;
    for (float score : row) {
      max = Math.max(max, score); // NaN wins, as it should
    }
    double sum = 0;
    for (float score : row) {
      sum += Math.exp(score - max);
    }
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (Math.exp(row[i] - max) / sum);
    }
    return row;
  }
}
