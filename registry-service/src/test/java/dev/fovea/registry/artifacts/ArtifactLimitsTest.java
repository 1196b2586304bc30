package dev.fovea.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class ArtifactLimitsTest {
  @Test
  void hasTheseDefaults() {
    assertThat(bound(Map.of()))
        .isEqualTo(new ArtifactLimits(DataSize.ofGigabytes(20), Duration.ofHours(6)));
  }

  @Test
  void takesEverySetting() {
    assertThat(
            bound(
                Map.of(
                    "fovea.registry.max-artifact", "3MB", "fovea.registry.upload-lifetime", "2d")))
        .isEqualTo(new ArtifactLimits(DataSize.ofMegabytes(3), Duration.ofDays(2)));
  }

  @Test
  void refusesLifetimesThatNoS3SignsFor() {
    for (var lifetime : List.of(Duration.ZERO, Duration.ofSeconds(59), Duration.ofDays(8))) {
      assertThatThrownBy(() -> new ArtifactLimits(DataSize.ofGigabytes(1), lifetime))
          .hasMessageContaining(
              "fovea.registry.upload-lifetime: %s (expected: 1m to 7d)", lifetime);
    }
  }

  private static ArtifactLimits bound(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("fovea.registry", ArtifactLimits.class);
  }
}
