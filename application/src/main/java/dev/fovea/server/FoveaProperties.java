package dev.fovea.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What all services of this process share.
 *
 * @param home the home folder; {@code FOVEA_HOME} or {@code ~/.fovea} where it is not set
 */
@ConfigurationProperties("fovea")
record FoveaProperties(@Nullable Path home) {
  Home opened() {
    return Home.open(home == null ? ServerOptions.defaultHome() : home);
  }
}
