package dev.fovea.rollouts.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class KubernetesPropertiesTest {
  private static final String PREFIX = "fovea.rollouts.kubernetes.";
  private static final Map<String, String> FRAMES =
      Map.of(
          PREFIX + "model-secret", "fovea-models",
          PREFIX + "frames-url", "http://fovea-rollouts.fovea:4800/internal/v1/frames",
          PREFIX + "frames-token-file", "/etc/fovea/models/frames-token");

  @Test
  void takesNoFramesByDefault() {
    var properties = bound(Map.of());

    assertThat(properties.framesUrl()).isNull();
    assertThat(properties.modelSecret()).isNull();
    assertThat(properties.framesTokenFile()).isNull();
  }

  @Test
  void readsWhatFramesNeed() {
    var properties = bound(FRAMES);

    assertThat(properties.framesUrl()).hasHost("fovea-rollouts.fovea").hasPort(4800);
    assertThat(properties.modelSecret()).isEqualTo("fovea-models");
    assertThat(properties.framesTokenFile()).isEqualTo(Path.of("/etc/fovea/models/frames-token"));
  }

  @Test
  void refusesAnAddressWithoutATokenAndOneThatIsNone() {
    for (var without : new String[] {"model-secret", "frames-token-file"}) {
      var some = new HashMap<>(FRAMES);
      some.remove(PREFIX + without);
      assertThatThrownBy(() -> bound(some))
          .rootCause()
          .hasMessageContaining("frames-url is given without model-secret or frames-token-file");
    }
    var file = new HashMap<>(FRAMES);
    file.put(PREFIX + "frames-url", "file:///internal/v1/frames");
    assertThatThrownBy(() -> bound(file)).rootCause().hasMessageContaining("scheme 'file'");
  }

  private static KubernetesProperties bound(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("fovea.rollouts.kubernetes", KubernetesProperties.class);
  }
}
