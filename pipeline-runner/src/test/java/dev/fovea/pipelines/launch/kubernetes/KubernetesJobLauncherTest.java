package dev.fovea.pipelines.launch.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.ByteSize;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobLauncherContract;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.pipelines.launch.JobState.Running;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.s3.S3ObjectStore;
import dev.fovea.store.s3.S3Properties;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.BatchV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.util.Config;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real cluster with a real bucket; {@code e2e/parts/41-jobs.sh} sets both up. */
@Tag("e2e")
class KubernetesJobLauncherTest extends JobLauncherContract {
  private final Cluster cluster =
      new Cluster(
          setting("FOVEA_E2E_NAMESPACE"),
          setting("FOVEA_E2E_IMAGE"),
          Optional.of(new Cluster.Python(setting("FOVEA_E2E_SHELL_IMAGE"), "/bin/sh")),
          Optional.empty(),
          "fovea-objects");
  private final ObjectStore objects =
      new S3ObjectStore(
          S3Properties.of(
              URI.create(setting("FOVEA_E2E_S3")),
              setting("FOVEA_E2E_BUCKET"),
              setting("FOVEA_TEST_S3_ACCESS_KEY"),
              setting("FOVEA_TEST_S3_SECRET_KEY")));

  @Override
  protected JobLauncher launcher() {
    return new KubernetesJobLauncher(cluster, client(), objects);
  }

  @Override
  protected ObjectStore objects() {
    return objects;
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(AMPLE + 120); // so that a job that takes too long is told as such
  }

  @Override
  protected ByteSize memory() {
    return new ByteSize(64L << 20);
  }

  @Test
  void givesAProgramNoCredentials() throws IOException {
    var reported = reported();
    assertThat(text(reported.get("env")))
        .doesNotContain("FOVEA_OBJECTS")
        .contains("JOB_COMPLETION_INDEX=0");
    assertThat(text(reported.get("secrets"))).isEmpty();
  }

  @Test
  void redoesAShardWhosePodWasDeleted() throws Exception {
    // A busy node says seconds late that a program runs.
    var job = job("slower", AMPLE, 2);
    launcher().launch(job);
    var pod = runningProgram(job);
    new CoreV1Api(client())
        .deleteNamespacedPod(name(pod), cluster.namespace())
        .gracePeriodSeconds(0)
        .execute();
    assertThat(text(succeeded(job).outputs().getFirst().get("said"))).isEqualTo("done\n");
    assertThat(pods(job)).extracting(KubernetesJobLauncherTest::name).doesNotContain(name(pod));
  }

  @Test
  void startsAgainWhereAFinishedPodIsGoneBeforeItsOutputsWereRead() throws Exception {
    var job = job("index", AMPLE, 0);
    launcher().launch(job);
    await()
        .atMost(patience())
        .until(() -> Optional.ofNullable(job(job)).map(status -> status.equals(1)).orElse(false));
    for (var pod : pods(job)) {
      new CoreV1Api(client()).deleteNamespacedPod(name(pod), cluster.namespace()).execute();
    }
    await().atMost(patience()).until(() -> pods(job).isEmpty());
    assertThat(launcher().launch(job)).isInstanceOf(Running.class);
    assertThat(text(succeeded(job).outputs().getFirst().get("index"))).isEqualTo("0\n");
  }

  @Test
  void leavesNoPodOfAJobThatIsDiscarded() throws Exception {
    var job = job("time", AMPLE, 0);
    launcher().launch(job);
    runningProgram(job);
    launcher().discard(job);
    await().atMost(patience()).until(() -> pods(job).isEmpty());
  }

  private V1Pod runningProgram(JobSpec job) {
    return await()
        .atMost(patience())
        .until(
            () -> pods(job).stream().filter(KubernetesJobLauncherTest::programRuns).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static boolean programRuns(V1Pod pod) {
    var status = pod.getStatus();
    return status != null
        && status.getInitContainerStatuses() != null
        && status.getInitContainerStatuses().stream()
            .anyMatch(container ->
                container.getName().equals(JobManifest.PROGRAM)
                    && container.getState() != null
                    && container.getState().getRunning() != null);
  }

  /** How many shards the cluster says are done. */
  private Integer job(JobSpec job) throws ApiException {
    var status =
        new BatchV1Api(client())
            .readNamespacedJob(job.name(), cluster.namespace())
            .execute()
            .getStatus();
    return status == null ? null : status.getSucceeded();
  }

  private List<V1Pod> pods(JobSpec job) throws ApiException {
    return new CoreV1Api(client())
        .listNamespacedPod(cluster.namespace())
        .labelSelector("batch.kubernetes.io/job-name=" + job.name())
        .execute()
        .getItems();
  }

  private static String name(V1Pod pod) {
    return Objects.requireNonNull(Objects.requireNonNull(pod.getMetadata()).getName());
  }

  private static ApiClient client() {
    try {
      return Config.defaultClient();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String setting(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(() -> new IllegalStateException(name + " is not set: run e2e/run jobs"));
  }
}
