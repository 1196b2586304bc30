package dev.fovea.pipelines.launch.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobSpec;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1Capabilities;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1EnvFromSource;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1EnvVarSource;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1JobSpec;
import io.kubernetes.client.openapi.models.V1ObjectFieldSelector;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimVolumeSource;
import io.kubernetes.client.openapi.models.V1PodFailurePolicy;
import io.kubernetes.client.openapi.models.V1PodFailurePolicyOnExitCodesRequirement;
import io.kubernetes.client.openapi.models.V1PodFailurePolicyOnPodConditionsPattern;
import io.kubernetes.client.openapi.models.V1PodFailurePolicyRule;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import io.kubernetes.client.openapi.models.V1SeccompProfile;
import io.kubernetes.client.openapi.models.V1SecretEnvSource;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A job as Kubernetes is told of it. A pod has three steps, one after the other: <i>fetch</i>
 * brings the shard's files, <i>program</i> runs, <i>deliver</i> stores what it left. Only the first
 * and the last see the bucket's secret; no step has a token of the cluster, and the program runs
 * without rights on a file system that it cannot write to but for its own folders.
 */
final class JobManifest {
  static final String PROGRAM = "program";
  static final String DELIVER = "deliver";

  private static final String FETCH = "fetch";
  private static final String JOB = "job";
  private static final String IN = "/job/in";
  private static final String OUT = "/job/out";
  private static final String PACKAGES = "/opt/python";
  private static final long NOBODY = 65_532;
  private static final int KEPT_SECONDS = 24 * 3600;

  /** For the waits before a pod starts: scheduling, and the pull of an image of gigabytes. */
  private static final long START_SECONDS = 900;

  private static final Map<String, Quantity> CARRIER =
      Map.of("memory", new Quantity("512Mi"), "cpu", new Quantity("1"));

  private final Cluster cluster;

  JobManifest(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * @param order the object with the spec, which the pods read
   */
  V1Job of(JobSpec job, Digest order) {
    int shards = job.shards().size();
    long waves = Math.ceilDiv(shards, job.parallelism());
    int tries = job.limits().retries() + 1;
    var labels =
        Map.of(
            "app.kubernetes.io/name", "fovea",
            "app.kubernetes.io/component", "job",
            "fovea.dev/kind", job.kind());
    return new V1Job()
        .apiVersion("batch/v1")
        .kind("Job")
        .metadata(
            new V1ObjectMeta()
                .name(job.name())
                .labels(labels)
                .annotations(Map.of("fovea.dev/order", order.toString())))
        .spec(
            new V1JobSpec()
                .completionMode("Indexed")
                .completions(shards)
                .parallelism(Math.min(job.parallelism(), shards))
                .backoffLimitPerIndex(job.limits().retries())
                .maxFailedIndexes(0)
                .podFailurePolicy(failurePolicy())
                .activeDeadlineSeconds(
                    START_SECONDS + waves * tries * job.limits().time().toSeconds())
                .ttlSecondsAfterFinished(KEPT_SECONDS)
                .template(
                    new V1PodTemplateSpec()
                        .metadata(new V1ObjectMeta().labels(labels))
                        .spec(pod(job, order))));
  }

  /**
   * What will not end otherwise in another try fails the whole job at once; a pod that was taken
   * from its node, by a drain or for a more important one, is no failure.
   */
  private static V1PodFailurePolicy failurePolicy() {
    return new V1PodFailurePolicy()
        .addRulesItem(
            new V1PodFailurePolicyRule()
                .action("Ignore")
                .addOnPodConditionsItem(
                    new V1PodFailurePolicyOnPodConditionsPattern()
                        .type("DisruptionTarget")
                        .status("True")))
        .addRulesItem(
            new V1PodFailurePolicyRule()
                .action("FailJob")
                .onExitCodes(
                    new V1PodFailurePolicyOnExitCodesRequirement()
                        .containerName(PROGRAM)
                        .operator("In")
                        .values(List.of(JobLauncher.EXIT_MEMORY, JobLauncher.EXIT_REFUSED))))
        .addRulesItem(
            new V1PodFailurePolicyRule()
                .action("FailJob")
                .onExitCodes(
                    new V1PodFailurePolicyOnExitCodesRequirement()
                        .containerName(DELIVER)
                        .operator("In")
                        .values(List.of(JobLauncher.EXIT_OUTPUT))));
  }

  private V1PodSpec pod(JobSpec job, Digest order) {
    var spec =
        new V1PodSpec()
            .restartPolicy("Never")
            .automountServiceAccountToken(false)
            .enableServiceLinks(false)
            .terminationGracePeriodSeconds(5L)
            .activeDeadlineSeconds(job.limits().time().toSeconds())
            .securityContext(
                new V1PodSecurityContext()
                    .runAsNonRoot(true)
                    .runAsUser(NOBODY)
                    .runAsGroup(NOBODY)
                    .fsGroup(NOBODY)
                    .seccompProfile(new V1SeccompProfile().type("RuntimeDefault")))
            .addInitContainersItem(
                carrier(
                    FETCH,
                    List.of("job", "fetch", "--order", order.toString(), "--in", IN, "--out", OUT)))
            .addInitContainersItem(program(job))
            .addContainersItem(carrier(DELIVER, List.of("job", "deliver", "--out", OUT)))
            .addVolumesItem(new V1Volume().name(JOB).emptyDir(new V1EmptyDirVolumeSource()))
            .addVolumesItem(new V1Volume().name("tmp").emptyDir(new V1EmptyDirVolumeSource()))
            .addVolumesItem(
                new V1Volume().name("carrier-tmp").emptyDir(new V1EmptyDirVolumeSource()));
    if (job.runtime() == JobSpec.Runtime.PYTHON) {
      cluster
          .pythonClaim()
          .ifPresent(claim ->
              spec.addVolumesItem(
                  new V1Volume()
                      .name("packages")
                      .persistentVolumeClaim(
                          new V1PersistentVolumeClaimVolumeSource()
                              .claimName(claim)
                              .readOnly(true))));
    }
    return spec;
  }

  private V1Container carrier(String name, List<String> arguments) {
    return container(name, cluster.image())
        .args(arguments)
        .addEnvFromItem(
            new V1EnvFromSource().secretRef(new V1SecretEnvSource().name(cluster.objectsSecret())))
        .resources(
            new V1ResourceRequirements()
                .limits(CARRIER)
                .requests(Map.of("memory", new Quantity("256Mi"), "cpu", new Quantity("50m"))))
        .addVolumeMountsItem(new V1VolumeMount().name(JOB).mountPath("/job"))
        .addVolumeMountsItem(new V1VolumeMount().name("carrier-tmp").mountPath("/tmp"));
  }

  private V1Container program(JobSpec job) {
    var arguments = new ArrayList<String>();
    job.arguments().forEach(a -> arguments.add(a.replace("{in}", IN).replace("{out}", OUT)));
    var limits = job.limits();
    var memory = new Quantity(Long.toString(limits.memory().bytes()));
    var container =
        container(PROGRAM, image(job.runtime()))
            .args(arguments)
            .addEnvItem(new V1EnvVar().name("HOME").value("/tmp"))
            .addEnvItem(
                new V1EnvVar().name("OMP_NUM_THREADS").value(Integer.toString(limits.cpus())))
            .addEnvItem(
                new V1EnvVar()
                    .name("FOVEA_JOB_FAILURES")
                    .valueFrom(
                        new V1EnvVarSource()
                            .fieldRef(
                                new V1ObjectFieldSelector()
                                    .fieldPath(
                                        "metadata.annotations['batch.kubernetes.io/job-index-failure-count']"))))
            .resources(
                new V1ResourceRequirements()
                    .limits(
                        Map.of(
                            "memory", memory, "cpu", new Quantity(Integer.toString(limits.cpus()))))
                    // A quarter of its processors is promised; the rest it takes where it is idle.
                    .requests(
                        Map.of("memory", memory, "cpu", new Quantity(250 * limits.cpus() + "m"))))
            .addVolumeMountsItem(new V1VolumeMount().name(JOB).mountPath("/job"))
            .addVolumeMountsItem(new V1VolumeMount().name("tmp").mountPath("/tmp"));
    if (job.runtime() == JobSpec.Runtime.PYTHON) {
      container.command(List.of(cluster.python().orElseThrow().command()));
      if (cluster.pythonClaim().isPresent()) {
        container
            .addEnvItem(new V1EnvVar().name("PYTHONPATH").value(PACKAGES))
            .addVolumeMountsItem(
                new V1VolumeMount().name("packages").mountPath(PACKAGES).readOnly(true));
      }
    }
    return container;
  }

  private String image(JobSpec.Runtime runtime) {
    return switch (runtime) {
      case FOVEA -> cluster.image();
      case PYTHON -> cluster.python().orElseThrow().image();
    };
  }

  private static V1Container container(String name, String image) {
    return new V1Container()
        .name(name)
        .image(image)
        .terminationMessagePolicy("FallbackToLogsOnError")
        .securityContext(
            new V1SecurityContext()
                .allowPrivilegeEscalation(false)
                .readOnlyRootFilesystem(true)
                .capabilities(new V1Capabilities().addDropItem("ALL")));
  }
}
