package dev.fovea.pipelines.launch.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.launch.JobFiles;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.pipelines.launch.JobState.Failed;
import dev.fovea.pipelines.launch.JobState.Reason;
import io.kubernetes.client.openapi.models.V1ContainerStateTerminated;
import io.kubernetes.client.openapi.models.V1ContainerStatus;
import io.kubernetes.client.openapi.models.V1Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the pods of a job say: how they ended, what they made, what they wait for. */
final class Pods {
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";
  private static final String SUCCEEDED = "Succeeded";
  private static final String FAILED = "Failed";
  private static final int LONGEST_WORDS = 2_000;

  private final JobSpec job;
  private final List<V1Pod> pods;

  Pods(JobSpec job, List<V1Pod> pods) {
    this.job = job;
    this.pods = List.copyOf(pods);
  }

  /** A failure that another try would not mend. */
  Optional<Failed> failure() {
    return pods.stream().flatMap(pod -> failure(pod).stream()).findFirst();
  }

  /** What the pod that failed last said, for a job that has failed as often as it may. */
  Failed exhausted(String why) {
    var last =
        pods.stream()
            .flatMap(pod -> ends(pod).filter(end -> end.status() != 0))
            .reduce((_, later) -> later);
    return new Failed(
        Reason.PROGRAM,
        last.map(end ->
                "exit status %d of %s: %s".formatted(end.status(), end.container(), end.said()))
            .orElse(why));
  }

  /**
   * Why a node turned a pod away before anything of it ran, such as {@code OutOfcpu}: the scheduler
   * counts a processor as free before the pod that had it is gone. Empty where there was none, or
   * where a container of another pod failed by itself.
   */
  Optional<String> turnedAway() {
    return pods.stream().flatMap(Pods::ends).anyMatch(end -> end.status() != 0)
        ? Optional.empty()
        : pods.stream().flatMap(pod -> turnedAway(pod).stream()).findFirst();
  }

  private static Optional<String> turnedAway(V1Pod pod) {
    var status = pod.getStatus();
    return status != null && FAILED.equals(phase(pod)) && statuses(pod).findAny().isEmpty()
        ? Optional.of(
            "%s %s".formatted(text(status.getReason()), text(status.getMessage())).strip())
        : Optional.empty();
  }

  /** The files that each shard made; empty where a pod that made them is gone. */
  Optional<List<Map<String, Digest>>> outputs() {
    var byIndex = new TreeMap<Integer, Map<String, Digest>>();
    for (var pod : pods) {
      if (SUCCEEDED.equals(phase(pod))) {
        ends(pod)
            .filter(end -> end.container().equals(JobManifest.DELIVER))
            .findFirst()
            .flatMap(end -> JobFiles.outputs(end.said()))
            .ifPresent(files -> byIndex.put(index(pod), files));
      }
    }
    return byIndex.size() == job.shards().size()
        ? Optional.of(new ArrayList<>(byIndex.values()))
        : Optional.empty();
  }

  /** How many shards are done. */
  int done() {
    return (int)
        pods.stream()
            .filter(pod -> SUCCEEDED.equals(phase(pod)))
            .map(Pods::index)
            .distinct()
            .count();
  }

  /** What a pod waits for, such as an image that can't be pulled; empty where none waits long. */
  String waiting() {
    return pods.stream()
        .flatMap(Pods::statuses)
        .flatMap(status -> waiting(status).stream())
        .findFirst()
        .orElse("");
  }

  private static Optional<String> waiting(V1ContainerStatus status) {
    var state = status.getState();
    var waits = state == null ? null : state.getWaiting();
    if (waits == null || waits.getReason() == null || waits.getReason().equals("PodInitializing")) {
      return Optional.empty();
    }
    return Optional.of("%s %s".formatted(waits.getReason(), text(waits.getMessage())).strip());
  }

  /** How a container of a pod ended. */
  private record End(String container, int status, String reason, String said) {}

  private Optional<Failed> failure(V1Pod pod) {
    for (var end : ends(pod).toList()) {
      boolean program = end.container().equals(JobManifest.PROGRAM);
      if (program
          && (end.reason().equals("OOMKilled") || end.status() == JobLauncher.EXIT_MEMORY)) {
        return Optional.of(
            new Failed(
                Reason.MEMORY,
                "it wanted more than %s of memory".formatted(job.limits().memory())));
      }
      if (program && end.status() == JobLauncher.EXIT_REFUSED) {
        return Optional.of(new Failed(Reason.REFUSED, end.said()));
      }
      if (end.container().equals(JobManifest.DELIVER) && end.status() == JobLauncher.EXIT_OUTPUT) {
        return Optional.of(new Failed(Reason.OUTPUT, end.said()));
      }
    }
    var status = pod.getStatus();
    return status != null && "DeadlineExceeded".equals(status.getReason())
        ? Optional.of(
            new Failed(
                Reason.TIME, "it took longer than %d s".formatted(job.limits().time().toSeconds())))
        : Optional.empty();
  }

  private static Stream<End> ends(V1Pod pod) {
    return statuses(pod).flatMap(status -> terminated(status).stream());
  }

  private static Optional<End> terminated(V1ContainerStatus status) {
    var state = status.getState();
    var end = state == null ? null : state.getTerminated();
    return end == null ? Optional.empty() : Optional.of(end(status.getName(), end));
  }

  private static End end(String container, V1ContainerStateTerminated end) {
    var said = text(end.getMessage()).strip();
    return new End(
        container,
        end.getExitCode(),
        text(end.getReason()),
        said.substring(Math.max(0, said.length() - LONGEST_WORDS)));
  }

  private static Stream<V1ContainerStatus> statuses(V1Pod pod) {
    var status = pod.getStatus();
    return status == null
        ? Stream.empty()
        : Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
            .filter(Objects::nonNull)
            .flatMap(List::stream);
  }

  private static String phase(V1Pod pod) {
    return pod.getStatus() == null ? "" : text(pod.getStatus().getPhase());
  }

  private static int index(V1Pod pod) {
    var annotations = pod.getMetadata() == null ? null : pod.getMetadata().getAnnotations();
    var index = annotations == null ? null : annotations.get(INDEX);
    return index == null ? -1 : Integer.parseInt(index);
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
