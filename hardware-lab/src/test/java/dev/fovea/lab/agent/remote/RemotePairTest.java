package dev.fovea.lab.agent.remote;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Lab.ProfileRequest;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.lab.agent.DeviceAgentContract;
import dev.fovea.lab.agent.Measurement;
import dev.fovea.lab.agent.Statement;
import dev.fovea.lab.agent.TinyModel;
import dev.fovea.lab.agent.local.LocalCpu;
import dev.fovea.lab.remote.LabServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The lab and a remote agent together keep to what an agent of the lab's own process keeps to. */
class RemotePairTest extends DeviceAgentContract {
  private static final Name DEVICE = Name.of("pair");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static int asked;

  @TempDir private static Path folder;
  private static LabServer server;
  private static RunningAgent running;

  @BeforeAll
  static void start() {
    server = new LabServer().start();
    running = RunningAgent.joined(server, "pair", "", folder.resolve("agent"), LocalCpu::new);
    LabServer.until(
        "the agent's first word", () -> server.lab().device(DEVICE).facts().containsKey("cores"));
  }

  @AfterAll
  static void stop() {
    running.close();
    server.close();
  }

  @Override
  protected DeviceAgent agent() {
    return new OverHttp();
  }

  @Override
  protected Digest model() {
    try {
      return server.objects().put(TinyModel.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected List<Long> shape() {
    return TinyModel.SHAPE;
  }

  /** Asks the lab, and reads what the device signed. */
  private static final class OverHttp implements DeviceAgent {
    @Override
    public Name device() {
      return DEVICE;
    }

    @Override
    public String kind() {
      return server.lab().device(DEVICE).kind();
    }

    @Override
    public Map<String, String> facts() {
      return server.lab().device(DEVICE).facts();
    }

    @Override
    public Measurement measure(Assignment assignment) throws InterruptedException {
      var lab = server.lab();
      var request =
          new ProfileRequest(
              Name.of("contract-" + asked++),
              DEVICE,
              assignment.model(),
              assignment.input(),
              assignment.warmUp(),
              assignment.samples());
      var job = lab.request(request).id();
      try {
        while (true) {
          var now = lab.job(job);
          if (now.failure().isPresent()) {
            throw new InvalidRequest(now.failure().get(), "as it says");
          }
          if (now.profile().isPresent()) {
            var signed = server.objects().bytes(now.profile().get().digest(), 64 << 20);
            return JSON.readValue(signed, Statement.class).measurement();
          }
          Thread.sleep(10);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        takeAway(job);
        throw e;
      }
    }

    /** What the lab does when it gives the job to another. */
    private static void takeAway(Digest job) {
      int held =
          server
              .jdbc()
              .sql("update lab.device set fence = fence + 1, holder = null where holder = :id")
              .param("id", job.toString())
              .update();
      server
          .jdbc()
          .sql("update lab.job set state = 'FAILED' where id = :id and state <> 'DONE'")
          .param("id", job.toString())
          .update();
      if (held == 1) {
        LabServer.until("the agent lets go", () -> running.said("has ended"));
      }
    }
  }
}
