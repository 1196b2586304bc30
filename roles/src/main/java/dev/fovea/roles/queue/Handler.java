package dev.fovea.roles.queue;

import dev.fovea.roles.Callers;
import dev.fovea.roles.ServiceRole;
import java.util.Optional;

/**
 * What a role does when it hears of an event; a bean where the role runs. An event arrives at least
 * once, so handlers are idempotent. It runs as {@link Callers#service} of its role, outside any
 * transaction.
 */
public interface Handler<E> {
  /** What it handles. */
  Class<E> event();

  /** Handles one event; whatever it throws makes the event come again later. */
  void handle(E event) throws Exception;

  /** Whose handler it is; needed only where several roles of one process hear of the same event. */
  default Optional<ServiceRole> role() {
    return Optional.empty();
  }

  /** A handler made of a lambda. */
  static <E> Handler<E> of(Class<E> event, Body<E> body) {
    return handler(Optional.empty(), event, body);
  }

  /** A handler made of a lambda, for this role alone. */
  static <E> Handler<E> of(ServiceRole role, Class<E> event, Body<E> body) {
    return handler(Optional.of(role), event, body);
  }

  private static <E> Handler<E> handler(Optional<ServiceRole> role, Class<E> event, Body<E> body) {
    return new Handler<>() {
      @Override
      public Class<E> event() {
        return event;
      }

      @Override
      public void handle(E happened) throws Exception {
        body.handle(happened);
      }

      @Override
      public Optional<ServiceRole> role() {
        return role;
      }
    };
  }

  /** What a handler does. */
  @FunctionalInterface
  interface Body<E> {
    void handle(E event) throws Exception;
  }
}
