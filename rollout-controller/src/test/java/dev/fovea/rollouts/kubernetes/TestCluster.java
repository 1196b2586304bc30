package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.kubernetes.KubernetesProperties.Gateway;
import dev.fovea.rollouts.kubernetes.KubernetesProperties.Resources;
import dev.fovea.rollouts.servers.Served;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Properties for a cluster that is played. */
public final class TestCluster {
  private TestCluster() {}

  public static KubernetesProperties properties(URI gateway) {
    return new KubernetesProperties(
        "models",
        null,
        null,
        List.of(),
        1,
        Duration.ofMinutes(5),
        Duration.ofMillis(200),
        new Resources("250m", "512Mi", null, "1Gi"),
        new Gateway(
            "fovea", null, null, List.of(), gateway, "example.com/fake", Duration.ofSeconds(2)));
  }

  public static String reference(Served served, Digest image) {
    return "registry.example/fovea/%s/%s@%s"
        .formatted(served.project(), served.plan().model(), image);
  }
}
