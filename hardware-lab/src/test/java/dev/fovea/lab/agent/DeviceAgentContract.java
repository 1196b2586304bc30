package dev.fovea.lab.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every agent keeps to, whatever device it speaks for. */
public abstract class DeviceAgentContract {
  /** The agent to test. */
  protected abstract DeviceAgent agent();

  /** A model that the agent can run, with one input of {@link #shape}. */
  protected abstract Digest model();

  /** The shape of the model's input. */
  protected abstract List<Long> shape();

  @Test
  void keepsAsManySamplesAsAskedFor() throws InterruptedException {
    var measured = agent().measure(new Assignment(model(), shape(), 5, 60));
    assertThat(measured.latenciesMillis())
        .hasSize(60)
        .allMatch(millis -> millis > 0 && Double.isFinite(millis));
    assertThat(measured.memoryBytes()).isNotNegative();
  }

  @Test
  void saysWhatTheDeviceIsAndHowMemoryWasMeasured() throws InterruptedException {
    assertThat(agent().facts()).isNotEmpty();
    assertThat(agent().measure(new Assignment(model(), shape(), 0, 50)).facts())
        .containsKey("memory-method");
  }

  @Test
  void neverTakesLongerTogetherThanTheCallerWaited() throws InterruptedException {
    long start = System.nanoTime();
    var measured = agent().measure(new Assignment(model(), shape(), 0, 100));
    double waited = (System.nanoTime() - start) / 1e6;
    assertThat(measured.latenciesMillis().stream().mapToDouble(Double::doubleValue).sum())
        .isLessThanOrEqualTo(waited);
  }

  @Test
  void refusesAModelThatIsNotThere() {
    var nowhere = Digest.sha256(new byte[] {4, 2});
    assertThatThrownBy(() -> agent().measure(new Assignment(nowhere, shape(), 0, 50)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(nowhere.abbreviated());
  }

  @Test
  void stopsSoonWhenTheLabTakesTheDeviceAway() throws Exception {
    var task =
        new FutureTask<>(() -> agent().measure(new Assignment(model(), shape(), 10_000, 100_000)));
    var thread = Thread.ofPlatform().start(task);
    Thread.sleep(50);
    thread.interrupt();
    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    assertThatThrownBy(() -> task.get(1, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
  }
}
