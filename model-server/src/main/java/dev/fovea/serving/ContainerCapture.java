package dev.fovea.serving;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a container's environment says of frames. Without an address none are taken; where something
 * else is missing or wrong none are taken either, and a line says why: a model that serves matters
 * more than its frames.
 */
public final class ContainerCapture {
  /** The environment variable with the address that frames are sent to. */
  public static final String URL = "FOVEA_FRAMES_URL";

  /** The environment variable with the installation's {@link FramesToken secret}. */
  public static final String TOKEN = "FOVEA_FRAMES_TOKEN";

  /** The environment variable with the digest of the rollout that this server is of. */
  public static final String ROLLOUT = "FOVEA_FRAMES_ROLLOUT";

  /** The environment variable with the confidence below which frames are taken; 0 if absent. */
  public static final String UNSURE_BELOW = "FOVEA_FRAMES_UNSURE_BELOW";

  /** The environment variable with the share of the others that is taken; 0 if absent. */
  public static final String AUDIT_SHARE = "FOVEA_FRAMES_AUDIT_SHARE";

  // Half of what a server in a larger process has: the container's memory is small.
  private static final int WAITING_FRAMES = 512;
  private static final ByteSize WAITING_BYTES = new ByteSize(32 << 20);
  private static final Duration LINGER = Duration.ofMillis(250);

  private ContainerCapture() {}

  /**
   * The same server, taking frames where the environment says so.
   *
   * @param say told in a line why none are taken, where an address is given
   */
  public static ModelServerConfig of(
      ModelServerConfig config, Map<String, String> environment, Consumer<String> say) {
    if (environment.getOrDefault(URL, "").isEmpty()) {
      return config;
    }
    try {
      var sink =
          new HttpFrameSink(
              URI.create(given(environment, URL)),
              FramesToken.from(given(environment, TOKEN)),
              Digest.parse(given(environment, ROLLOUT)));
      return config.capturing(settings(environment), sink);
    } catch (IllegalArgumentException e) {
      say.accept("frames are not taken: " + e.getMessage());
      return config;
    }
  }

  private static CaptureSettings settings(Map<String, String> environment) {
    return new CaptureSettings(
        Double.parseDouble(environment.getOrDefault(UNSURE_BELOW, "0")),
        Double.parseDouble(environment.getOrDefault(AUDIT_SHARE, "0")),
        WAITING_FRAMES,
        WAITING_BYTES,
        LINGER);
  }

  private static String given(Map<String, String> environment, String name) {
    var value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is not set (expected: it is where %s is)".formatted(name, URL));
    }
    return value;
  }
}
