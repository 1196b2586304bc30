package dev.fovea.registry.alerts;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When runs that are going on are looked at.
 *
 * @param every how often
 * @param stallAfter how long a run may say nothing before it counts as stalled; 0 never
 */
@ConfigurationProperties("fovea.registry.alerts")
public record AlertProperties(
    @DefaultValue("15s") Duration every, @DefaultValue("1h") Duration stallAfter) {
  public AlertProperties {
    if (!every.isPositive() || stallAfter.isNegative()) {
      throw new IllegalArgumentException(
          "fovea.registry.alerts: every %s, stall-after %s (expected: > 0, >= 0)"
              .formatted(every, stallAfter));
    }
  }
}
