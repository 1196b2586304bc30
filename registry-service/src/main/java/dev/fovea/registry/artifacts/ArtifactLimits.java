package dev.fovea.registry.artifacts;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How large things may be that clients send to the registry.
 *
 * @param maxArtifact one file
 * @param uploadLifetime how long a file that comes in parts may take, from its beginning to its
 *     completion; a minute to seven days, which is the longest that an S3 signs addresses for
 */
@ConfigurationProperties("fovea.registry")
public record ArtifactLimits(
    @DefaultValue("20GB") DataSize maxArtifact, @DefaultValue("6h") Duration uploadLifetime) {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(7);

  public ArtifactLimits {
    if (uploadLifetime.compareTo(SHORTEST) < 0 || uploadLifetime.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "fovea.registry.upload-lifetime: %s (expected: 1m to 7d)".formatted(uploadLifetime));
    }
  }
}
