package dev.fovea.registry.webhooks;

import dev.fovea.kernel.InvalidRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
   * What a hook's deliveries are signed with now, the newest first. An old one that cannot be
   * opened any more is left out: the new one counts.
   *
   * @throws InvalidRequest where the key that sealed the newest is not the one that is here
   */
  List<SigningSecret> open(Hook hook) {
    var newest =
        hook.secret()
            .map(sealed ->
                unsealed(sealed, hook)
                    .orElseThrow(() ->
                        new InvalidRequest(
                            "the secret of webhook %s was sealed with another key"
                                .formatted(hook.id()),
                            "name that key in fovea.registry.webhooks.key-file, or give the hook a new secret")));
    var old = newest.flatMap(_ -> hook.old()).flatMap(before -> unsealed(before.secret(), hook));
    return Stream.of(newest, old).flatMap(Optional::stream).map(SigningSecret::of).toList();
  }

  private Optional<String> unsealed(byte[] sealed, Hook hook) {
    return file.key().open(sealed, hook.id());
  }
}
