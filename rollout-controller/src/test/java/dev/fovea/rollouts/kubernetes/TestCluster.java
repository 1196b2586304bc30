package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.kubernetes.KubernetesProperties.Gateway;
import dev.fovea.rollouts.kubernetes.KubernetesProperties.Resources;
import dev.fovea.rollouts.servers.Served;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Properties for a cluster that is played. */
public final class TestCluster {
  /** What the Secret of the model servers holds. */
  public static final String ARM_TOKEN = "0123456789abcdef0123456789abcdef";

  private static final String SECRET = "fovea-models";

  private TestCluster() {}

  /** Of a cluster whose pods take no frames. */
  public static KubernetesProperties properties(URI gateway) {
    return properties(gateway, ARM_TOKEN, null);
  }

  /** Where model servers take no orders. */
  public static KubernetesProperties withoutToken(URI gateway) {
    return properties(gateway, null, null);
  }

  /** Of one whose pods send the frames that they take there. */
  public static KubernetesProperties properties(URI gateway, URI frames) {
    return properties(gateway, null, frames);
  }

  private static KubernetesProperties properties(
      URI gateway, @Nullable String armToken, @Nullable URI frames) {
    return new KubernetesProperties(
        "models",
        null,
        null,
        List.of(),
        SECRET,
        armToken,
        1,
        Duration.ofMinutes(5),
        Duration.ofMillis(200),
        new Resources("250m", "512Mi", null, "1Gi"),
        new Gateway(
            "fovea", null, null, List.of(), gateway, "example.com/fake", Duration.ofSeconds(2)),
        frames,
        frames == null ? null : Path.of("unused"));
  }

  public static String reference(Served served, Digest image) {
    return "registry.example/fovea/%s/%s@%s"
        .formatted(served.project(), served.plan().model(), image);
  }
}
