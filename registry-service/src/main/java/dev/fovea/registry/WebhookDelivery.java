package dev.fovea.registry;

import java.time.Instant;
import java.util.Optional;

/**
 * One thing that a webhook is told.
 *
 * @param id the same at each try, by which a receiver knows what it has had
 * @param event such as {@code run.alert}
 * @param tries how often it was sent, or meant to be
 * @param tried when it was last
 * @param answered the HTTP status that came back last
 * @param outcome what went wrong last, in words; empty where nothing did
 * @param nextTry when it is sent again; absent where it is not
 */
public record WebhookDelivery(
    String id,
    String event,
    State state,
    Instant created,
    int tries,
    Optional<Instant> tried,
    Optional<Integer> answered,
    String outcome,
    Optional<Instant> nextTry) {
  /** How far it is. */
  public enum State {
    WAITING,
    DELIVERED,
    /** Tried often enough, or too old; it is sent again when somebody asks for it. */
    GIVEN_UP
  }
}
