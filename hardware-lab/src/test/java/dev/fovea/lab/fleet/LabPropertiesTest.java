package dev.fovea.lab.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.Agents;
import dev.fovea.lab.Lab;
import dev.fovea.testkit.ApiRules;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LabPropertiesTest {
  @Test
  void hasTheseDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new LabProperties(
                Name.of("local-cpu"),
                Duration.ofSeconds(15),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10)));
  }

  @Test
  void takesEverySettingByItsName() {
    var all =
        Map.of(
            "fovea.lab.local",
            "bench-1",
            "fovea.lab.lease",
            "9s",
            "fovea.lab.lost-after",
            "18s",
            "fovea.lab.longest-job",
            "1h");
    assertThat(bind(all))
        .isEqualTo(
            new LabProperties(
                Name.of("bench-1"),
                Duration.ofSeconds(9),
                Duration.ofSeconds(18),
                Duration.ofHours(1)));
  }

  @Test
  void declaresProblemsThatTravel() {
    ApiRules.assertProblemsTravel(Lab.class, Agents.class, AgentCalls.class);
  }

  private static LabProperties bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("fovea.lab", LabProperties.class);
  }
}
