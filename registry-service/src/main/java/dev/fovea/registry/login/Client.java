package dev.fovea.registry.login;

import java.net.URI;
import java.util.Optional;

/**
 * This installation, as the provider knows it.
 *
 * @param issuer the provider
 * @param id what the provider calls this installation
 * @param secret by which this installation proves that it is it; none of a public client
 */
record Client(URI issuer, String id, Optional<String> secret) {
  @Override
  public String toString() {
    return "Client[issuer=%s, id=%s, secret=•••]".formatted(issuer, id);
  }
}
