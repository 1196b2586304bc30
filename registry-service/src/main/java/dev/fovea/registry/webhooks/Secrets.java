package dev.fovea.registry.webhooks;

import dev.fovea.kernel.InvalidRequest;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The secrets of hooks, sealed in the database and open in memory alone. */
@Component("webhookSecrets")
class Secrets {
  private final SealingKeyFile file;

  Secrets(WebhookProperties properties) {
    this.file =
        new SealingKeyFile(
            Optional.ofNullable(properties.keyFile()),
            Optional.ofNullable(properties.ownKeyFile()));
  }

  /**
   * Seals one for its hook.
   *
   * @throws InvalidRequest where the installation has no key
   */
  byte[] seal(SigningSecret secret, String webhook) {
    return file.key().seal(secret.written(), webhook);
  }

  /**
   * A hook's secret.
   *
   * @throws InvalidRequest where the key that sealed it is not the one that is here
   */
  Optional<SigningSecret> open(Hook hook) {
    return hook.secret()
        .map(sealed ->
            SigningSecret.of(
                file.key()
                    .open(sealed, hook.id())
                    .orElseThrow(() ->
                        new InvalidRequest(
                            "the secret of webhook %s was sealed with another key"
                                .formatted(hook.id()),
                            "name that key in fovea.registry.webhooks.key-file, or give the hook a new secret"))));
  }
}
