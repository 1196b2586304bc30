package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.kubernetes.KubernetesProperties.Gateway;
import dev.fovea.rollouts.kubernetes.KubernetesProperties.Resources;
import dev.fovea.rollouts.servers.Served;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Properties for a cluster that is played. */
public final class TestCluster {
  /** What the Secret of the model servers holds. */
  public static final String ARM_TOKEN = "0123456789abcdef0123456789abcdef";

  private TestCluster() {}

  public static KubernetesProperties properties(URI gateway) {
    return properties(gateway, "fovea-models", ARM_TOKEN);
  }

  /** Where model servers take no orders. */
  public static KubernetesProperties withoutToken(URI gateway) {
    return properties(gateway, null, null);
  }

  private static KubernetesProperties properties(
      URI gateway, @Nullable String modelSecret, @Nullable String armToken) {
    return new KubernetesProperties(
        "models",
        null,
        null,
        List.of(),
        modelSecret,
        armToken,
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
