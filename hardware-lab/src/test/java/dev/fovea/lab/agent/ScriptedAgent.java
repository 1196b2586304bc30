package dev.fovea.lab.agent;

import dev.fovea.kernel.Name;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * An agent for tests: each measurement goes as the next entry of its script says, and well when the
 * script is over.
 */
public final class ScriptedAgent implements DeviceAgent {
  private final Name device;
  private final Deque<Act> script;
  private int measured;

  /** What one measurement does. */
  @FunctionalInterface
  public interface Act {
    Measurement play(Assignment assignment) throws InterruptedException;
  }

  public ScriptedAgent(Name device, Act... script) {
    this.device = device;
    this.script = new ArrayDeque<>(List.of(script));
  }

  /** Every sample takes this long. */
  public static Act taking(double millis) {
    return assignment ->
        new Measurement(
            Collections.nCopies(assignment.samples(), millis),
            1 << 20,
            Map.of("memory-method", "scripted"));
  }

  /** The device goes away in the middle. */
  public static Act dying() {
    return _ -> {
      throw new AgentFailed("bench", "the connection broke after 17 samples", "look at the cable");
    };
  }

  /** How many measurements were begun. */
  public int measured() {
    return measured;
  }

  @Override
  public Name device() {
    return device;
  }

  @Override
  public String kind() {
    return "cpu";
  }

  @Override
  public Map<String, String> facts() {
    return Map.of("processor", "scripted");
  }

  @Override
  public Measurement measure(Assignment assignment) throws InterruptedException {
    measured++;
    // The lab refuses samples that together took longer than it waited.
    Thread.sleep(2);
    return (script.isEmpty() ? taking(0.01) : script.poll()).play(assignment);
  }
}
