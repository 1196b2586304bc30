package dev.fovea.lab.agent;

import dev.fovea.kernel.Name;
import java.util.Map;

/**
 * Measures models on one device. The lab calls {@link #measure} for one assignment at a time, on a
 * thread of its own; what comes back is raw, and the lab judges it. An agent is never believed
 * because it is an agent.
 */
public interface DeviceAgent {
  /** The device that it speaks for. */
  Name device();

  /** {@code cpu}, {@code jetson} or {@code gpu}. */
  String kind();

  /** What the device is now: processor, cores, memory, governor, versions; never empty. */
  Map<String, String> facts();

  /**
   * Loads the model, runs the warm-up and then the samples, each after the one before has answered.
   *
   * @throws AgentFailed when the device went away or gave up; the lab may try again
   * @throws dev.fovea.kernel.Problem of another kind when the model cannot be run there at all
   * @throws InterruptedException when the lab took the device away; the agent stops within a few
   *     samples
   */
  Measurement measure(Assignment assignment) throws InterruptedException;
}
