package dev.fovea.lab.agent.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.lab.agent.DeviceAgentContract;
import dev.fovea.lab.agent.TinyModel;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalCpuTest extends DeviceAgentContract {
  private final MemoryObjectStore objects = new MemoryObjectStore();
  private final LocalCpu agent = new LocalCpu(Name.of("local-cpu"), objects::local);

  @Override
  protected DeviceAgent agent() {
    return agent;
  }

  @Override
  protected Digest model() {
    try {
      return objects.put(TinyModel.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected List<Long> shape() {
    return TinyModel.SHAPE;
  }

  @Test
  void namesTheProcessorTheRuntimeAndHowMuchTheMachineHasToDo() {
    assertThat(agent.facts())
        .containsKeys("processor", "cores", "memory", "jdk", "onnxruntime", "load");
  }

  @Test
  void refusesAnInputThatTheModelDoesNotTake() throws IOException {
    var model = objects.put(TinyModel.bytes());
    assertThatThrownBy(() -> agent.measure(new Assignment(model, List.of(1L, 3L, 8L, 8L), 0, 50)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("[1, 3, 8, 8]");
  }
}
