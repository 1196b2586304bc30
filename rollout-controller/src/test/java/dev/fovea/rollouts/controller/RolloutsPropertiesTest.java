package dev.fovea.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.rollouts.controller.RolloutsProperties.Packaging;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RolloutsPropertiesTest {
  @Test
  void hasTheseDefaults() {
    assertThat(bound(Map.of()))
        .isEqualTo(
            new RolloutsProperties(
                Duration.ofSeconds(1),
                Duration.ofMillis(2),
                Duration.ofSeconds(30),
                new Packaging(null, "scratch", null, List.of(), null, Duration.ofSeconds(30))));
  }

  @Test
  void readsEachOfThem() {
    assertThat(
            bound(
                Map.of(
                    "fovea.rollouts.packaging.registry", "registry.example.org/vision",
                    "fovea.rollouts.packaging.insecure-hosts", "localhost:5000,registry:5000",
                    "fovea.rollouts.packaging.credentials-file", "/secrets/config.json",
                    "fovea.rollouts.packaging.patience", "1m",
                    "fovea.rollouts.tick", "100ms",
                    "fovea.rollouts.slow-tolerance", "5ms",
                    "fovea.rollouts.patience", "1m",
                    "fovea.rollouts.packaging.folder", "/images",
                    "fovea.rollouts.packaging.base", "eclipse-temurin:25-jre")))
        .isEqualTo(
            new RolloutsProperties(
                Duration.ofMillis(100),
                Duration.ofMillis(5),
                Duration.ofMinutes(1),
                new Packaging(
                    Path.of("/images"),
                    "eclipse-temurin:25-jre",
                    "registry.example.org/vision",
                    List.of("localhost:5000", "registry:5000"),
                    Path.of("/secrets/config.json"),
                    Duration.ofMinutes(1))));
  }

  private static RolloutsProperties bound(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("fovea.rollouts", RolloutsProperties.class);
  }
}
