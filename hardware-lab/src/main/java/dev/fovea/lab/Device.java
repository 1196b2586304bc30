package dev.fovea.lab;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Something that models are measured on.
 *
 * @param kind {@code cpu}, {@code jetson} or {@code gpu}
 * @param facts what the agent reported: processor, cores, memory, governor, versions
 * @param holder what it is leased for now
 * @param seen the agent's last heartbeat
 * @param label what it shares with its equals; a job for the label runs on any of them
 * @param key the digest of its public key (SubjectPublicKeyInfo), where it joined from elsewhere
 */
public record Device(
    Name name,
    String kind,
    State state,
    Map<String, String> facts,
    Optional<String> holder,
    Instant seen,
    Optional<Name> label,
    Optional<Digest> key) {
  /** What it does. */
  public enum State {
    IDLE,
    LEASED,
    LOST
  }
}
