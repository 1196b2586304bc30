package dev.fovea.datasets.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SigningPropertiesTest {
  @Test
  void namesAKeyOrNone() {
    assertThat(bound(Map.of())).isEqualTo(new SigningProperties(null));
    assertThat(bound(Map.of("fovea.datasets.signing-key-file", "/etc/fovea/key.pem")))
        .isEqualTo(new SigningProperties(Path.of("/etc/fovea/key.pem")));
  }

  private static SigningProperties bound(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("fovea.datasets", SigningProperties.class);
  }
}
