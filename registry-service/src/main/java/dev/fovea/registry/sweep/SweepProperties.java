package dev.fovea.registry.sweep;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How sweeps are looked after.
 *
 * @param every how often the runs of trials are looked at whose sweep's plan names a metric
 */
@ConfigurationProperties("fovea.registry.sweeps")
public record SweepProperties(@DefaultValue("5s") Duration every) {
  public SweepProperties {
    if (!every.isPositive()) {
      throw new IllegalArgumentException(
          "fovea.registry.sweeps.every: %s (expected: > 0)".formatted(every));
    }
  }
}
