package dev.fovea.rollouts.kubernetes;

import dev.fovea.serving.HttpFrameSink;
import dev.fovea.serving.shadow.ShadowToken;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where and how model servers run in Kubernetes. Without a namespace they run in this process.
 *
 * @param namespace of the workloads and routes
 * @param kubeconfig how to reach the cluster; the pod's service account where it isn't given
 * @param images what stands before {@code /project/model@sha256:…} in an image reference, where the
 *     cluster's nodes know the registry by another name than this process
 * @param pullSecrets names of the secrets with which nodes pull images
 * @param modelSecret name of the Secret, in this namespace, with what model servers share with this
 *     process: {@code arm-token} and {@code frames-token}
 * @param armToken what it has under {@code arm-token}, 32 characters or more: who shows it tells
 *     model servers what to copy. Without it nothing is copied, so that shadow stages don't go on
 *     and bakes see nothing
 * @param replicas pods of one model server
 * @param readyWithin how long a server may be unready before its rollout ends
 * @param settle how long a gateway may take to follow a changed route
 * @param framesUrl where model servers send the frames that they take, as they reach this process:
 *     {@code http://host:4800/internal/v1/frames}; they take none where it isn't given
 * @param framesTokenFile a file whose first line is what the model servers' Secret has under {@code
 *     frames-token}, 32 characters or more
 */
@ConfigurationProperties("fovea.rollouts.kubernetes")
public record KubernetesProperties(
    @Nullable String namespace,
    @Nullable Path kubeconfig,
    @Nullable String images,
    @DefaultValue List<String> pullSecrets,
    @Nullable String modelSecret,
    @Nullable String armToken,
    @DefaultValue("1") int replicas,
    @DefaultValue("5m") Duration readyWithin,
    @DefaultValue("3s") Duration settle,
    @DefaultValue Resources resources,
    @DefaultValue Gateway gateway,
    @Nullable URI framesUrl,
    @Nullable Path framesTokenFile) {
  /**
   * What a model server's container gets, as Kubernetes quantities.
   *
   * @param cpuLimit none where it isn't given: throttling makes latencies jump
   */
  public record Resources(
      @DefaultValue("250m") String cpu,
      @DefaultValue("512Mi") String memory,
      @Nullable String cpuLimit,
      @DefaultValue("1Gi") String memoryLimit) {}

  /**
   * The Gateway that clients reach models through.
   *
   * @param namespace the models' where it isn't given
   * @param section its listener; all of them where it isn't given
   * @param hostnames that the routes answer to; all of the listener's where there are none
   * @param url where this process reaches it, for probing a route after each change
   * @param controller the name of the GatewayClass's controller; any where it isn't given
   * @param acceptedWithin how long the controller may take to accept a route
   */
  public record Gateway(
      @DefaultValue("fovea") String name,
      @Nullable String namespace,
      @Nullable String section,
      @DefaultValue List<String> hostnames,
      @DefaultValue("http://127.0.0.1:8000") URI url,
      @Nullable String controller,
      @DefaultValue("15s") Duration acceptedWithin) {}

  public KubernetesProperties {
    pullSecrets = List.copyOf(pullSecrets);
    if (armToken != null && modelSecret == null) {
      throw new IllegalArgumentException(
          "fovea.rollouts.kubernetes.arm-token is given without model-secret (expected: both, or none)");
    }
    if (armToken != null && armToken.length() < ShadowToken.FEWEST_CHARS) {
      throw new IllegalArgumentException(
          "fovea.rollouts.kubernetes.arm-token: %d characters (expected: %d or more, as 'openssl rand -hex 32' makes)"
              .formatted(armToken.length(), ShadowToken.FEWEST_CHARS));
    }
    if (replicas < 1) {
      throw new IllegalArgumentException(
          "fovea.rollouts.kubernetes.replicas: %d (expected: 1 or more)".formatted(replicas));
    }
    if (framesUrl != null) {
      HttpFrameSink.requireAddress(framesUrl);
      if (modelSecret == null || framesTokenFile == null) {
        throw new IllegalArgumentException(
            "fovea.rollouts.kubernetes.frames-url is given without model-secret or frames-token-file (expected: all three, or none)");
      }
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Kubernetes namespace " + namespace;
  }

  /** The namespace. */
  public String home() {
    if (namespace == null || namespace.isBlank()) {
      throw new IllegalStateException("fovea.rollouts.kubernetes.namespace is not given");
    }
    return namespace;
  }

  /** The Gateway's namespace. */
  public String gatewayHome() {
    return gateway.namespace() == null ? home() : gateway.namespace();
  }
}
