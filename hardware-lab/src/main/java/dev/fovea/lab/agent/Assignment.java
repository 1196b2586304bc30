package dev.fovea.lab.agent;

import dev.fovea.kernel.Digest;
import java.util.List;

/**
 * What an agent is to run: a model by digest and numbers, never a command.
 *
 * @param model the ONNX file
 * @param input the shape of its input, batch included
 * @param warmUp inferences to throw away
 * @param samples inferences to keep
 */
public record Assignment(Digest model, List<Long> input, int warmUp, int samples) {
  public Assignment {
    input = List.copyOf(input);
  }
}
