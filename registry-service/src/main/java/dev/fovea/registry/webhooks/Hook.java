package dev.fovea.registry.webhooks;

import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A webhook as it is kept.
 *
 * @param secret sealed
 * @param old what deliveries are signed with too for a while after a rotation
 * @param failures tries in a row that failed, of whichever delivery
 */
public record Hook(
    String id,
    Name project,
    String name,
    String description,
    String url,
    Set<Event> events,
    boolean active,
    Optional<byte[]> secret,
    Optional<Old> old,
    Instant created,
    Instant updated,
    int failures,
    Optional<Instant> pausedUntil) {
  /**
   * The secret before the last rotation.
   *
   * @param secret sealed
   */
  record Old(byte[] secret, Instant until) {
    @Override
    public String toString() {
      return "Old[until=%s]".formatted(until);
    }
  }

  public Hook {
    events = Set.copyOf(events);
  }

  /** Those of its events that MLflow's clients know. */
  public List<Event> mlflows() {
    return events.stream().filter(Event::isMlflows).sorted().toList();
  }

  @Override
  public String toString() {
    return "Hook[id=%s, project=%s, name=%s]".formatted(id, project, name);
  }
}
