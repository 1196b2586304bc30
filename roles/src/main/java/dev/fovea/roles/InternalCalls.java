package dev.fovea.roles;

import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How Fovea's own processes know each other.
 *
 * @param internalToken the bearer token that they show; needed only where roles run in several
 *     processes, the same in all of them
 */
@ConfigurationProperties("fovea")
public record InternalCalls(Optional<String> internalToken) {
  /** Never shows the token. */
  @Override
  public String toString() {
    return "InternalCalls[internalToken=" + (internalToken.isPresent() ? "set" : "unset") + "]";
  }
}
