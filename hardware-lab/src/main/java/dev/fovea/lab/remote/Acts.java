package dev.fovea.lab.remote;

import dev.fovea.kernel.Audited;
import dev.fovea.roles.Callers;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What the lab tells the audit log; called in the transaction that did it.
 *
 * @param events where events go
 */
record Acts(Consumer<Object> events) {
  void done(String who, String act, String object) {
    events.accept(audited(who, act, object, "done"));
  }

  void done(String act, String object) {
    done(Callers.current().subject(), act, object);
  }

  void refused(String who, String act, String object, String why) {
    events.accept(audited(who, act, object, "refused: " + why));
  }

  private static Audited audited(String who, String act, String object, String outcome) {
    return new Audited(UUID.randomUUID(), "*", who, act, object, outcome, Instant.now());
  }
}
