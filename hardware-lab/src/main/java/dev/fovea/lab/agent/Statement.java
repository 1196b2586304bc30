package dev.fovea.lab.agent;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.util.List;
import java.util.Map;

/**
 * What a device signs: what it was told to do, under which lease, and what it saw. A statement fits
 * one lease alone, so that it can be handed in for no other.
 *
 * @param key the digest of the device's public key
 * @param fence of the lease
 */
public record Statement(
    Name device,
    Digest key,
    Digest job,
    long fence,
    Assignment assignment,
    List<Double> latenciesMillis,
    long memoryBytes,
    Map<String, String> facts) {
  public Statement {
    latenciesMillis = List.copyOf(latenciesMillis);
    facts = Map.copyOf(facts);
  }

  /** What it saw. */
  public Measurement measurement() {
    return new Measurement(latenciesMillis, memoryBytes, facts);
  }
}
