package dev.fovea.pipelines.launch;

import dev.fovea.kernel.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How heavy steps run.
 *
 * @param jobs where, and within which limits
 * @param python the exporter for models that Fovea's own cannot convert
 * @param evaluation when an evaluation is split
 */
@ConfigurationProperties("fovea.pipelines")
public record PipelinesProperties(
    @DefaultValue Jobs jobs, @DefaultValue Python python, @DefaultValue Evaluation evaluation) {
  /** What runs jobs. */
  public enum Launcher {
    /** Processes of this machine. */
    PROCESS,
    /** Jobs of a Kubernetes. */
    KUBERNETES
  }

  /**
   * Where jobs run, and within which limits.
   *
   * @param launcher process or kubernetes
   * @param folder where processes work; {@code ~/.fovea/jobs} where it isn't given
   * @param poll how often a job that is waited for is looked at
   * @param parallelism how many shards of a job run at the same time
   * @param memory of one shard
   * @param time of one shard
   * @param cpus of one shard
   * @param retries how often a shard is tried again
   * @param kubernetes the cluster; needed for kubernetes
   */
  public record Jobs(
      @DefaultValue("process") Launcher launcher,
      @Nullable Path folder,
      @DefaultValue("2s") Duration poll,
      @DefaultValue("2") int parallelism,
      @DefaultValue("2GB") DataSize memory,
      @DefaultValue("30m") Duration time,
      @DefaultValue("1") int cpus,
      @DefaultValue("2") int retries,
      @Nullable Kubernetes kubernetes) {
    /** What a shard may take. */
    public JobLimits limits() {
      return new JobLimits(new ByteSize(memory.toBytes()), time, cpus, retries);
    }

    /** The folder, where none is given. */
    public Path folderOrDefault() {
      return folder == null ? Path.of(System.getProperty("user.home"), ".fovea", "jobs") : folder;
    }
  }

  /**
   * The cluster that runs jobs.
   *
   * @param namespace where
   * @param image Fovea's own
   * @param pythonImage one with Python and {@code fovea-mlops}; models that need it are refused
   *     where there is none
   * @param pythonClaim a volume claim that is mounted, read-only, as {@code /opt/python} for Python
   *     to find packages in
   * @param objectsSecret the secret whose keys are the settings of the bucket, such as {@code
   *     FOVEA_OBJECTS_S3_ENDPOINT}; only the steps that carry files see it
   * @param kubeconfig how to reach it; the pod's own service account, or {@code KUBECONFIG}, where
   *     it isn't given
   */
  public record Kubernetes(
      String namespace,
      String image,
      @Nullable String pythonImage,
      @Nullable String pythonClaim,
      String objectsSecret,
      @Nullable Path kubeconfig) {
    public Kubernetes {
      Objects.requireNonNull(namespace, "fovea.pipelines.jobs.kubernetes.namespace is not set");
      Objects.requireNonNull(image, "fovea.pipelines.jobs.kubernetes.image is not set");
      Objects.requireNonNull(
          objectsSecret, "fovea.pipelines.jobs.kubernetes.objects-secret is not set");
    }
  }

  /**
   * The exporter in Python.
   *
   * @param command the interpreter that has {@code fovea-mlops}, of this machine or of the image;
   *     models that need it are refused where there is none
   * @param memory of one export
   * @param time of one export
   */
  public record Python(
      @Nullable String command,
      @DefaultValue("6GB") DataSize memory,
      @DefaultValue("15m") Duration time) {
    /** The interpreter. */
    public Optional<String> interpreter() {
      return Optional.ofNullable(command);
    }

    /** What an export may take. */
    public JobLimits limits(int cpus) {
      return new JobLimits(new ByteSize(memory.toBytes()), time, cpus, 1);
    }
  }

  /**
   * When an evaluation is split.
   *
   * @param inProcess up to how many images are evaluated by this process
   * @param shard how many images a shard has at most
   */
  public record Evaluation(@DefaultValue("20000") int inProcess, @DefaultValue("5000") int shard) {
    public Evaluation {
      if (inProcess < 0 || shard < 1) {
        throw new IllegalArgumentException(
            "fovea.pipelines.evaluation: in-process %d, shard %d (expected: 0 or more, 1 or more)"
                .formatted(inProcess, shard));
      }
    }
  }
}
