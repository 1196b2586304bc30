package dev.fovea.lab.agent;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.store.NoSuchObject;
import java.util.List;

/** The fake keeps to the contract too, or tests that use it would show nothing. */
class ScriptedAgentTest extends DeviceAgentContract {
  private static final Digest MODEL = Digest.sha256(new byte[] {1});

  @Override
  protected DeviceAgent agent() {
    return new ScriptedAgent(
        Name.of("bench"),
        assignment -> {
          if (!assignment.model().equals(MODEL)) {
            throw new NoSuchObject(assignment.model());
          }
          if (assignment.samples() > 1_000) {
            Thread.sleep(20_000);
          }
          return ScriptedAgent.taking(0.01).play(assignment);
        });
  }

  @Override
  protected Digest model() {
    return MODEL;
  }

  @Override
  protected List<Long> shape() {
    return List.of(1L);
  }
}
