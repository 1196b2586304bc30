package dev.fovea.rollouts.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.TestModels;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every kind of model servers does. */
public abstract class ModelServersContract {
  protected final ObjectStore objects = new MemoryObjectStore();

  /** Those under test, which can run what {@link #served} gives. */
  protected abstract ModelServers servers();

  /** Version {@code number} of the lamp. */
  protected Served served(int number) {
    var plan = TestModels.plan(number, TestModels.store(objects, "bright"));
    return new Served(
        Digest.sha256(("rollout " + number).getBytes(StandardCharsets.UTF_8)),
        TestModels.LAMPS,
        plan,
        Optional.of(image(number)));
  }

  protected static Digest image(int number) {
    return Digest.sha256(("image " + number).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsEnsuredRuns() throws Exception {
    var address = servers().ensure(served(1));

    assertThat(servers().running()).containsExactly(served(1).rollout());
    assertThat(servers().address(served(1).rollout())).contains(address);
  }

  @Test
  void ensuringAgainFindsItRunning() throws Exception {
    var address = servers().ensure(served(1));

    assertThat(servers().ensure(served(1))).isEqualTo(address);
    assertThat(servers().running()).hasSize(1);
  }

  @Test
  void rolloutsHaveServersOfTheirOwn() throws Exception {
    assertThat(servers().ensure(served(1))).isNotEqualTo(servers().ensure(served(2)));
    servers().stop(served(1).rollout());

    assertThat(servers().running()).containsExactly(served(2).rollout());
  }

  @Test
  void whatIsStoppedIsGoneAndMayBeStartedAgain() throws Exception {
    servers().ensure(served(1));
    servers().stop(served(1).rollout());
    servers().stop(served(1).rollout());

    assertThat(servers().running()).isEmpty();
    assertThat(servers().address(served(1).rollout())).isEmpty();
    servers().ensure(served(1));
    assertThat(servers().running()).hasSize(1);
  }

  @Test
  void stoppingWhatNeverRanDoesNothing() {
    servers().stop(served(3).rollout());

    assertThat(servers().running()).isEmpty();
  }
}
