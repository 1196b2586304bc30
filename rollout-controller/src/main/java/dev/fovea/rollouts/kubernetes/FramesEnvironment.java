package dev.fovea.rollouts.kubernetes;

import dev.fovea.rollouts.servers.Served;
import dev.fovea.serving.ContainerCapture;
import java.util.List;
import java.util.Map;

/**
 * What a pod is told of frames. The secret comes from the Secret, so that it stands in no manifest
 * and this process needs no right to read or write Secrets; each pod makes its rollout's token of
 * it. So a pod that is taken over can send frames as any rollout, and nothing else: ADR 14 says why
 * a token of its own for each pod is worse.
 */
final class FramesEnvironment {
  static final String KEY = "frames-token";

  private FramesEnvironment() {}

  /** The variables; none where no address is configured. */
  static List<Map<String, Object>> of(KubernetesProperties properties, Served served) {
    if (properties.framesUrl() == null || properties.modelSecret() == null) {
      return List.of();
    }
    var feedback = served.plan().feedback();
    return List.of(
        Manifests.variable(ContainerCapture.URL, properties.framesUrl().toString()),
        Manifests.secret(ContainerCapture.TOKEN, properties.modelSecret(), KEY),
        Manifests.variable(ContainerCapture.ROLLOUT, served.rollout().toString()),
        Manifests.variable(ContainerCapture.UNSURE_BELOW, Double.toString(feedback.unsureBelow())),
        Manifests.variable(ContainerCapture.AUDIT_SHARE, Double.toString(feedback.auditShare())));
  }
}
