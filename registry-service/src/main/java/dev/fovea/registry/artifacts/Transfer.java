package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Optional;

/**
 * A file on its way by addresses that are signed.
 *
 * @param id 32 lower-case hex digits
 * @param parts in how many parts it comes; 0 where it goes whole
 * @param result what came of it, or what is read
 */
record Transfer(
    String id,
    Kind kind,
    Name project,
    ArtifactPath place,
    int parts,
    AddressKey key,
    State state,
    Optional<Artifact> result,
    Instant expires) {
  enum Kind {
    /** Comes in parts, and counts when it is complete. */
    PARTS,
    /** Comes whole. */
    WRITING,
    /** Is given. */
    READING
  }

  enum State {
    OPEN,
    DONE,
    ENDED
  }

  boolean isOver(Instant now) {
    return state != State.OPEN || !now.isBefore(expires);
  }
}
