package dev.fovea.front;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the web role passes requests on to roles that run elsewhere.
 *
 * @param patience how long nothing may move, in either direction, before a request is given up
 * @param requests how many are on their way at the same time; more are told to come back
 */
@ConfigurationProperties("fovea.front")
record FrontDoorProperties(
    @DefaultValue("5m") Duration patience, @DefaultValue("512") int requests) {
  FrontDoorProperties {
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException(
          "fovea.front.patience: %s (expected: more than 0)".formatted(patience));
    }
    if (requests < 1) {
      throw new IllegalArgumentException(
          "fovea.front.requests: %d (expected: 1 or more)".formatted(requests));
    }
  }
}
