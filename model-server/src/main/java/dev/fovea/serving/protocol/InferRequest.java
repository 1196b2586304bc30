package dev.fovea.serving.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What a client asks for.
 *
 * @param id to be echoed
 * @param inputs at least one, each name once
 * @param outputs what to answer with; empty means everything
 * @param binary whether outputs that aren't listed are sent as binary
 */
public record InferRequest(
    Optional<String> id, List<InputTensor> inputs, List<Requested> outputs, boolean binary) {
  /** One wanted output, and in which form. */
  public record Requested(String name, boolean binary) {}
}
