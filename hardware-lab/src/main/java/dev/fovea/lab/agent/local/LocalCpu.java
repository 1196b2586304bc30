package dev.fovea.lab.agent.local;

import dev.fovea.kernel.Name;
import dev.fovea.lab.agent.AgentFailed;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.lab.agent.Measurement;
import dev.fovea.lab.agent.ModelFiles;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Measures on the processor that this process runs on. Whatever else the machine does at the time
 * is in the figures; the facts carry the load average, and {@code Profile.steady} says whether the
 * run was disturbed.
 */
public final class LocalCpu implements DeviceAgent {
  private static final int MEMORY_EVERY_SAMPLES = 32;
  private static final double NANOS_PER_MILLI = 1e6;

  /** Fixed, so that two runs see the same input. */
  private static final long INPUT_SEED = 20_261_122;

  private final Name device;
  private final ModelFiles models;
  private final ResidentMemory memory = ResidentMemory.ofThisProcess();

  public LocalCpu(Name device, ModelFiles models) {
    this.device = device;
    this.models = models;
  }

  /** What this machine says about itself. */
  public static Map<String, String> machine() {
    return MachineFacts.now();
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
    return machine();
  }

  @Override
  public Measurement measure(Assignment assignment) throws InterruptedException {
    long before = memory.bytes();
    try (var model = models.local(assignment.model());
        var session = InferenceSession.open(model.path(), SessionSettings.defaults())) {
      var input = Map.of(session.inputs().getFirst().name(), noise(assignment.input()));
      for (int i = 0; i < assignment.warmUp(); i++) {
        stopWhenInterrupted();
        session.run(input);
      }
      long largest = memory.bytes();
      var latencies = new ArrayList<Double>(assignment.samples());
      for (int i = 0; i < assignment.samples(); i++) {
        stopWhenInterrupted();
        long start = System.nanoTime();
        session.run(input);
        latencies.add((System.nanoTime() - start) / NANOS_PER_MILLI);
        if (i % MEMORY_EVERY_SAMPLES == 0) {
          largest = Math.max(largest, memory.bytes());
        }
      }
      return new Measurement(latencies, Math.max(0, largest - before), factsOfTheRun());
    } catch (IOException e) {
      throw new AgentFailed(
          device.text(),
          "model %s could not be read: %s"
              .formatted(assignment.model().abbreviated(), e.getMessage()),
          "check that the object store answers and that the disk is not full");
    }
  }

  private Map<String, String> factsOfTheRun() {
    var facts = new HashMap<>(MachineFacts.now());
    facts.put("memory-method", memory.method());
    facts.put("execution-provider", "cpu");
    facts.put("threads", "one per physical core");
    return facts;
  }

  private static void stopWhenInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the lab took the device away");
    }
  }

  private static FloatTensor noise(List<Long> shape) {
    var sizes = shape.stream().mapToLong(Long::longValue).toArray();
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    var random = new SplittableRandom(INPUT_SEED);
    var values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) random.nextDouble();
    }
    return FloatTensor.of(values, sizes);
  }
}
