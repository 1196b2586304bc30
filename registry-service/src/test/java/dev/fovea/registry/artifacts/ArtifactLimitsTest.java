package dev.fovea.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class ArtifactLimitsTest {
  @Test
  void hasTheseDefaults() {
    assertThat(bound(Map.of())).isEqualTo(new ArtifactLimits(DataSize.ofGigabytes(20)));
  }

  @Test
  void takesEverySetting() {
    assertThat(bound(Map.of("fovea.registry.max-artifact", "3MB")))
        .isEqualTo(new ArtifactLimits(DataSize.ofMegabytes(3)));
  }

  private static ArtifactLimits bound(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("fovea.registry", ArtifactLimits.class);
  }
}
