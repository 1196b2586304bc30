package dev.fovea;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Nobody finds a setting that is not written down. */
class ConfigurationPageTests {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final String METADATA = "META-INF/spring-configuration-metadata.json";

  @Test
  void everySettingIsOnThePage() throws IOException {
    var keys = new TreeSet<String>();
    var json = JsonMapper.builder().build();
    for (var source : Collections.list(getClass().getClassLoader().getResources(METADATA))) {
      try (var in = source.openStream()) {
        json.readTree(in)
            .path("properties")
            .valueStream()
            .map(property -> property.path("name").asString(""))
            .filter(name -> name.startsWith("fovea."))
            .forEach(keys::add);
      }
    }
    var page = Files.readString(PAGE);
    assertThat(keys).as("settings that the configuration processor found").isNotEmpty();
    assertThat(keys)
        .as("settings missing in docs/configuration.md")
        .allMatch(key -> page.contains("`" + key));
  }
}
