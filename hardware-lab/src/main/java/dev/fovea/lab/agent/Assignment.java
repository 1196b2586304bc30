package dev.fovea.lab.agent;

import dev.fovea.kernel.Digest;
import java.util.List;

/**
 * What an agent is to run: a model by digest and numbers, never a command. An agent that reads one
 * from the wire refuses what is out of bounds here.
 *
 * @param model the ONNX file
 * @param input the shape of its input, batch included
 * @param warmUp inferences to throw away
 * @param samples inferences to keep
 */
public record Assignment(Digest model, List<Long> input, int warmUp, int samples) {
  private static final int MOST_AXES = 8;
  private static final long MOST_ELEMENTS = 1L << 28;
  private static final int MOST_WARM_UP = 10_000;
  private static final int MOST_SAMPLES = 100_000;

  public Assignment {
    input = List.copyOf(input);
    long elements = 1;
    for (long axis : input) {
      elements = axis < 1 || axis > MOST_ELEMENTS / elements ? Long.MAX_VALUE : elements * axis;
    }
    if (input.isEmpty() || input.size() > MOST_AXES || elements > MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "input: %s (expected: 1 to %d axes of 1 or more, %d elements together)"
              .formatted(input, MOST_AXES, MOST_ELEMENTS));
    }
    if (warmUp < 0 || warmUp > MOST_WARM_UP || samples < 1 || samples > MOST_SAMPLES) {
      throw new IllegalArgumentException(
          "inferences: %d to warm up, %d kept (expected: 0 to %d, 1 to %d)"
              .formatted(warmUp, samples, MOST_WARM_UP, MOST_SAMPLES));
    }
  }
}
