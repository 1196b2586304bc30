package dev.fovea.roles;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How many things of a service are in which state: what an operator watches. A bean of the service;
 * the application shows it among its metrics.
 *
 * @param name such as {@code fovea.releases}
 * @param what what is counted, one sentence
 * @param states every state there is
 * @param counts asks the database; a state that is missing counts as 0
 */
public record StateCounts(
    String name, String what, List<String> states, Supplier<Map<String, Long>> counts) {
  public StateCounts {
    states = List.copyOf(states);
  }
}
