package dev.fovea.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class ObjectStoresTest {
  @Test
  void opensWhatTheEnvironmentNamesAsAServerDoes(@TempDir Path folder) throws Exception {
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of("FOVEA_OBJECTS_FOLDER", folder.toString())));
    var digest = ObjectStores.of(environment).put(new byte[] {1, 2, 3});
    assertThat(ObjectStores.of(environment).bytes(digest, 3)).containsExactly(1, 2, 3);
    assertThat(folder.toFile().list()).isNotEmpty();
  }
}
