package dev.fovea.pipelines.launch.kubernetes;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.pipelines.launch.JobState;
import dev.fovea.pipelines.launch.JobState.Failed;
import dev.fovea.pipelines.launch.JobState.Reason;
import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.store.ObjectStore;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.BatchV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1JobCondition;
import io.kubernetes.client.openapi.models.V1Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs as Jobs of a Kubernetes, one index a shard. The cluster keeps everything that there is
 * to know of them; this launcher keeps nothing.
 */
public final class KubernetesJobLauncher implements JobLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesJobLauncher.class);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Cluster cluster;
  private final ApiClient client;
  private final ObjectStore objects;
  private final JobManifest manifest;

  /**
   * @param client with the rights to create, get and delete Jobs and to list pods in the namespace
   * @param objects a bucket that the pods reach by the secret's settings
   */
  public KubernetesJobLauncher(Cluster cluster, ApiClient client, ObjectStore objects) {
    this.cluster = cluster;
    this.client = client;
    this.objects = objects;
    this.manifest = new JobManifest(cluster);
  }

  @Override
  public boolean runs(JobSpec.Runtime runtime) {
    return runtime == JobSpec.Runtime.FOVEA || cluster.python().isPresent();
  }

  @Override
  public JobState launch(JobSpec job) {
    try {
      var standing = look(job);
      return standing.isPresent() ? standing.get() : created(job);
    } catch (ApiException e) {
      throw problem(e);
    } catch (IOException e) {
      throw new UncheckedIOException("job " + job.name(), e);
    }
  }

  @Override
  public Optional<JobState> look(JobSpec job) {
    try {
      var found = find(job);
      return found.isPresent() ? Optional.of(standing(job, found.get())) : Optional.empty();
    } catch (ApiException e) {
      throw problem(e);
    }
  }

  @Override
  public void discard(JobSpec job) {
    try {
      delete(job);
    } catch (ApiException e) {
      throw problem(e);
    }
  }

  private JobState standing(JobSpec job, V1Job found) throws ApiException {
    var pods = pods(job, found);
    var failure = pods.failure();
    if (failure.isPresent()) {
      return failure.get();
    }
    var failed = condition(found, "Failed");
    if (failed.isPresent()) {
      var turnedAway = pods.turnedAway();
      if (turnedAway.isPresent()) {
        LOG.warn("job {}: a node turned its pod away, {}", job.name(), turnedAway.get());
        return again(job, "a node turned a pod away (%s)".formatted(turnedAway.get()));
      }
      var why = "%s %s".formatted(failed.get().getReason(), failed.get().getMessage());
      return "DeadlineExceeded".equals(failed.get().getReason())
          ? new Failed(Reason.TIME, "all of it took too long: " + pods.waiting())
          : pods.exhausted(why);
    }
    var outputs = pods.outputs();
    if (outputs.isPresent()) {
      return new JobState.Succeeded(outputs.get());
    }
    if (condition(found, "Complete").isPresent()) {
      // A pod that was done is gone, and with it what it made; the same again makes the same.
      LOG.warn("job {} is done, and one of its pods is gone: it starts again", job.name());
      return again(job, "a finished pod is gone");
    }
    return new JobState.Running(pods.done(), job.shards().size(), pods.waiting());
  }

  private JobState again(JobSpec job, String why) throws ApiException {
    delete(job);
    return new JobState.Running(0, job.shards().size(), why + ": it starts again");
  }

  private JobState created(JobSpec job) throws ApiException, IOException {
    var order = job.write(objects);
    try {
      new BatchV1Api(client)
          .createNamespacedJob(cluster.namespace(), manifest.of(job, order))
          .fieldManager("fovea")
          .execute();
    } catch (ApiException e) {
      // Another process was faster, or the last one of this name is still going.
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
    return new JobState.Running(0, job.shards().size(), "");
  }

  private Optional<V1Job> find(JobSpec job) throws ApiException {
    try {
      return Optional.of(
          new BatchV1Api(client).readNamespacedJob(job.name(), cluster.namespace()).execute());
    } catch (ApiException e) {
      if (e.getCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Those of this Job, not of an earlier one of its name; oldest first. */
  private Pods pods(JobSpec job, V1Job found) throws ApiException {
    var uid = found.getMetadata() == null ? null : found.getMetadata().getUid();
    var pods =
        new CoreV1Api(client)
            .listNamespacedPod(cluster.namespace())
            .labelSelector("batch.kubernetes.io/controller-uid=" + uid)
            .execute()
            .getItems();
    return new Pods(
        job, pods.stream().sorted(Comparator.comparing(KubernetesJobLauncher::createdAt)).toList());
  }

  private static OffsetDateTime createdAt(V1Pod pod) {
    var metadata = pod.getMetadata();
    return metadata == null || metadata.getCreationTimestamp() == null
        ? OffsetDateTime.MIN
        : metadata.getCreationTimestamp();
  }

  private static Optional<V1JobCondition> condition(V1Job job, String type) {
    var status = job.getStatus();
    var conditions =
        status == null || status.getConditions() == null
            ? List.<V1JobCondition>of()
            : status.getConditions();
    return conditions.stream()
        .filter(each -> each.getType().equals(type) && each.getStatus().equals("True"))
        .findFirst();
  }

  /** The answer is read by hand: the client expects a status, and the server may send the Job. */
  private void delete(JobSpec job) throws ApiException {
    var call =
        new BatchV1Api(client)
            .deleteNamespacedJob(job.name(), cluster.namespace())
            .propagationPolicy("Background")
            .buildCall(null);
    try (var answer = call.execute()) {
      if (!answer.isSuccessful() && answer.code() != NOT_FOUND) {
        throw new ApiException(answer.code(), answer.message());
      }
    } catch (IOException e) {
      throw new ApiException(e);
    }
  }

  private RuntimeException problem(ApiException e) {
    int code = e.getCode();
    if (code == 0 || code >= 500 || code == TOO_MANY_REQUESTS || code == CONFLICT) {
      return new ServiceUnavailable(
          "Kubernetes",
          code == 0 ? String.valueOf(e.getMessage()) : "it answers " + code,
          "start it, or look at fovea.pipelines.jobs.kubernetes");
    }
    var body = e.getResponseBody() == null ? e.getMessage() : e.getResponseBody();
    return new InvalidRequest(
        "Kubernetes answers %d: %s".formatted(code, Text.excerpt(String.valueOf(body))),
        "give the pipelines role the rights to create, get and delete jobs and to list pods in the"
            + " namespace "
            + cluster.namespace());
  }
}
