package dev.fovea.registry.mlflow;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * By which address clients reach this server: that of {@code fovea.auth.public-url}, else the one
 * that this request came to, whose host was checked before. Behind a front door that is the address
 * of this process, so an installation of several processes has a public address.
 */
@Component
final class ClientAddress {
  private final Optional<String> configured;

  ClientAddress(Environment environment) {
    this.configured =
        Optional.ofNullable(environment.getProperty("fovea.auth.public-url"))
            .filter(url -> !url.isBlank())
            .map(url -> url.replaceAll("/+$", ""));
  }

  /** Without a slash at its end. */
  String of(HttpServletRequest request) {
    return configured.orElseGet(
        () -> ServletUriComponentsBuilder.fromContextPath(request).build().toUriString());
  }
}
