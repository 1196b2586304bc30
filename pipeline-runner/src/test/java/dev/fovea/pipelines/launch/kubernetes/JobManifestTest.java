package dev.fovea.pipelines.launch.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.launch.JobLimits;
import dev.fovea.pipelines.launch.JobSpec;
import io.kubernetes.client.custom.Quantity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a cluster is told of a job, without one. */
class JobManifestTest {
  private static final Digest ORDER = Digest.sha256("order".getBytes(StandardCharsets.UTF_8));

  @Test
  void aProgramIsHeldToTheLimitsOfItsJob() {
    var limits = new JobLimits(new ByteSize(64L << 20), Duration.ofSeconds(30), 2, 1);
    var job =
        new JobSpec(
            "contract",
            JobSpec.Runtime.FOVEA,
            List.of("{in}", "{out}"),
            List.of(Map.of(), Map.of()),
            2,
            limits);
    var cluster =
        new Cluster("fovea", "fovea:1", Optional.empty(), Optional.empty(), "fovea-objects");

    var spec = new JobManifest(cluster).of(job, ORDER).getSpec();
    assertThat(spec.getCompletions()).isEqualTo(2);
    assertThat(spec.getBackoffLimitPerIndex()).isEqualTo(1);
    var pod = spec.getTemplate().getSpec();
    assertThat(pod.getActiveDeadlineSeconds()).isEqualTo(30);
    assertThat(pod.getInitContainers())
        .filteredOn(container -> container.getName().equals(JobManifest.PROGRAM))
        .singleElement()
        .satisfies(program -> {
          assertThat(program.getResources().getLimits())
              .containsEntry("memory", new Quantity("67108864"))
              .containsEntry("cpu", new Quantity("2"));
          assertThat(program.getEnvFrom()).as("what has the secret").isEmpty();
        });
  }
}
