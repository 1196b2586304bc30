package dev.fovea.pipelines.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Name;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class StatusPropertiesTest {
  private static final Name PARCELS = Name.of("parcels");
  private static final String FIRST = "repositories[0].";
  private static final String SECOND = "repositories[1].";

  @Test
  void nothingIsConfiguredUntilARepositoryIs() {
    var properties = bind(Map.of());
    assertThat(properties.repositories()).isEmpty();
    assertThat(properties.api()).hasToString("https://api.github.com");
  }

  @Test
  void aRepositoryIsMeantByItsNameInAnyCaseAndByItsNumberWhereThatIsGiven() {
    var properties =
        bind(
            Map.of("token", "ghs_x", FIRST + "project", "parcels", FIRST + "name", "Acme/Parcels"));
    assertThat(properties).asString().doesNotContain("ghs_x");
    var named = Place.of(properties, properties.repositories().getFirst());
    assertThat(named.is(PARCELS, "acme/parcels", "4711")).isTrue();
    assertThat(named.is(Name.of("other"), "acme/parcels", "4711")).isFalse();
    assertThat(named.is(PARCELS, "acme/parcels2", "4711")).isFalse();
    var numbered =
        bind(
            Map.of(
                "token",
                "ghs_x",
                FIRST + "project",
                "parcels",
                FIRST + "name",
                "acme/parcels",
                FIRST + "id",
                "4711",
                FIRST + "api",
                "https://git.example/api/v3/"));
    var place = Place.of(numbered, numbered.repositories().getFirst());
    assertThat(place.is(PARCELS, "acme/parcels", "4711")).isTrue();
    assertThat(place.is(PARCELS, "acme/parcels", "666")).as("somebody took the name").isFalse();
    assertThat(place.api()).isEqualTo("https://git.example/api/v3");
  }

  @ParameterizedTest
  @CsvSource({
    "api, http://git.example",
    "api, https://user:geheim@git.example",
    "api, file:///etc/passwd",
    "api, https://git.example?x=1",
    "tries, 0",
    "timeout, 2m",
    "first-retry, 2h",
    "pages, javascript:alert(1)",
    "repositories[0].name, parcels",
    "repositories[0].name, acme/..",
    "repositories[0].name, ../parcels",
    "repositories[0].name, acme/parcels/x",
    "repositories[0].context, '../x y'",
    "repositories[0].api, http://10.0.0.1",
    "repositories[0].project, Not A Name",
    "token, ''"
  })
  void whatCannotWorkEndsTheStart(String key, String value) {
    var settings =
        new HashMap<>(
            Map.of("token", "ghs_x", FIRST + "project", "parcels", FIRST + "name", "acme/parcels"));
    assertThat(bind(settings).repositories()).hasSize(1);
    settings.put(key, value);
    if (value.isEmpty()) {
      settings.remove(key);
    }
    assertThatThrownBy(() -> bind(settings)).isInstanceOf(BindException.class);
  }

  @Test
  void twoProjectsOfOneRepositoryNeedNamesOfTheirOwn() {
    var settings =
        new HashMap<>(
            Map.of(
                "token",
                "ghs_x",
                FIRST + "project",
                "parcels",
                FIRST + "name",
                "acme/mono",
                SECOND + "project",
                "digits",
                SECOND + "name",
                "Acme/Mono"));
    assertThatThrownBy(() -> bind(settings))
        .rootCause()
        .hasMessageContaining("two projects write 'fovea/…' to acme/mono");
    settings.put(SECOND + "context", "fovea/digits");
    assertThat(bind(settings).repositories()).hasSize(2);
    settings.put(SECOND + "project", "parcels");
    assertThatThrownBy(() -> bind(settings)).rootCause().hasMessageContaining("comes twice");
  }

  private static StatusProperties bind(Map<String, String> settings) {
    var source = new HashMap<String, String>();
    settings.forEach((key, value) -> source.put("fovea.pipelines.statuses." + key, value));
    return new Binder(new MapConfigurationPropertySource(source))
        .bindOrCreate("fovea.pipelines.statuses", StatusProperties.class);
  }
}
