package dev.fovea.lab.agent;

import java.util.List;
import java.util.Map;

/**
 * What an agent saw, unjudged.
 *
 * @param latenciesMillis one a kept inference, in the order taken
 * @param memoryBytes how much the process grew while the model was loaded and ran
 * @param facts what the device was while it measured, with how memory was measured
 */
public record Measurement(
    List<Double> latenciesMillis, long memoryBytes, Map<String, String> facts) {
  public Measurement {
    latenciesMillis = List.copyOf(latenciesMillis);
    facts = Map.copyOf(facts);
  }
}
