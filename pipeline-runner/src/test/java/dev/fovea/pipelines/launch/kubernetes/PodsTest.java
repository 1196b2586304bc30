package dev.fovea.pipelines.launch.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.ByteSize;
import dev.fovea.pipelines.launch.JobLimits;
import dev.fovea.pipelines.launch.JobSpec;
import io.kubernetes.client.openapi.models.V1ContainerState;
import io.kubernetes.client.openapi.models.V1ContainerStateTerminated;
import io.kubernetes.client.openapi.models.V1ContainerStatus;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What pods tell of their job, without a cluster. */
class PodsTest {
  private static final V1Pod TURNED_AWAY =
      new V1Pod()
          .status(
              new V1PodStatus()
                  .phase("Failed")
                  .reason("OutOfcpu")
                  .message("Node didn't have enough resource: cpu"));

  @Test
  void aPodThatANodeTurnedAwayIsNoFailureOfTheProgram() {
    assertThat(pods(TURNED_AWAY, ended(0)).turnedAway())
        .contains("OutOfcpu Node didn't have enough resource: cpu");
  }

  @Test
  void aProgramThatFailedIsOneWhateverElseHappened() {
    var pods = pods(TURNED_AWAY, ended(3));
    assertThat(pods.turnedAway()).isEmpty();
    assertThat(pods.exhausted("").explanation()).contains("exit status 3", "no such file");
  }

  @Test
  void aPodThatRanOutOfTimeBeforeItBeganIsNotTurnedAway() {
    var late = new V1Pod().status(new V1PodStatus().phase("Failed").reason("DeadlineExceeded"));
    assertThat(pods(late).failure().orElseThrow().explanation())
        .isEqualTo("it took longer than 30 s");
  }

  private static V1Pod ended(int status) {
    var terminated =
        new V1ContainerStateTerminated().exitCode(status).reason("Error").message("no such file");
    return new V1Pod()
        .status(
            new V1PodStatus()
                .phase(status == 0 ? "Succeeded" : "Failed")
                .addInitContainerStatusesItem(
                    new V1ContainerStatus()
                        .name(JobManifest.PROGRAM)
                        .state(new V1ContainerState().terminated(terminated))));
  }

  private static Pods pods(V1Pod... pods) {
    var limits = new JobLimits(new ByteSize(64L << 20), Duration.ofSeconds(30), 1, 0);
    return new Pods(
        new JobSpec(
            "contract", JobSpec.Runtime.FOVEA, List.of(), List.of(Map.of(), Map.of()), 2, limits),
        List.of(pods));
  }
}
