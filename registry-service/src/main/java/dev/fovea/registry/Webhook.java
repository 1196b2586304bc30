package dev.fovea.registry;

import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Somebody outside who is told what happens in a project.
 *
 * @param url where it is told; may hold a secret of the receiver's, so only administrators see it
 * @param events such as {@code model_version.created} and {@code run.alert}
 * @param active whether it is told anything now
 * @param signed whether it has a secret to sign with; the secret itself is never told again
 * @param oldSecretUntil until when deliveries are signed with the secret before the last rotation,
 *     too
 * @param failures how many tries in a row the receiver has failed
 * @param pausedUntil until when it is left alone after several failures in a row
 * @param waiting how many deliveries are on their way
 */
public record Webhook(
    String id,
    Name project,
    String name,
    String description,
    String url,
    List<String> events,
    boolean active,
    boolean signed,
    Optional<Instant> oldSecretUntil,
    Instant created,
    Instant updated,
    int failures,
    Optional<Instant> pausedUntil,
    long waiting) {
  @Override
  public String toString() {
    return "Webhook[id=%s, project=%s, name=%s, url=•••]".formatted(id, project, name);
  }
}
