package dev.fovea.roles.queue;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.ActiveRoles;
import dev.fovea.roles.Callers;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.ServiceUnavailable;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who hears of which event, and how it gets there: by a call where the role runs here, else through
 * its process's inbox.
 */
final class Deliveries {
  private final ActiveRoles active;
  private final ObjectProvider<Subscription> subscriptions;
  private final ObjectProvider<Handler<?>> handlers;
  private final ObjectProvider<HttpServiceProxyRegistry> remotes;
  private final JsonMapper json;

  /**
   * One event on its way to one role.
   *
   * @param event the class's name
   */
  record Delivery(ServiceRole role, String event, String json) {}

  Deliveries(
      ActiveRoles active,
      ObjectProvider<Subscription> subscriptions,
      ObjectProvider<Handler<?>> handlers,
      ObjectProvider<HttpServiceProxyRegistry> remotes,
      JsonMapper json) {
    this.active = active;
    this.subscriptions = subscriptions;
    this.handlers = handlers;
    this.remotes = remotes;
    this.json = json;
  }

  List<Delivery> of(Object event) {
    var written = json.writeValueAsString(event);
    return subscriptions.stream()
        .filter(subscription -> subscription.event() == event.getClass())
        .map(Subscription::role)
        .distinct()
        .map(role -> new Delivery(role, event.getClass().getName(), written))
        .toList();
  }

  void deliver(Delivery delivery) throws Exception {
    if (active.contains(delivery.role())) {
      handle(delivery);
    } else {
      inboxOf(delivery.role()).deliver(delivery.role().id(), delivery.event(), delivery.json());
    }
  }

  /** Handles an event for a role of this process. */
  void handle(Delivery delivery) throws Exception {
    if (!active.contains(delivery.role())) {
      throw new InvalidRequest(
          "an event for the role %s, which doesn't run here".formatted(delivery.role().id()),
          "correct spring.http.serviceclient.%s.base-url where the event came from"
              .formatted(delivery.role().id()));
    }
    var event = eventOf(delivery);
    for (var handler : handlersOf(delivery.role(), event.getClass())) {
      Callers.as(Callers.service(delivery.role()), () -> handled(handler, event));
    }
  }

  /**
   * Fails where a role of this process hears of an event and does nothing with it, or several do
   * and it isn't said which handler belongs to which.
   */
  void verify() {
    for (var subscription : subscriptions) {
      if (active.contains(subscription.role())) {
        var found = handlersOf(subscription.role(), subscription.event());
        if (found.isEmpty()) {
          throw new IllegalStateException(
              "role %s subscribes to %s and has no Handler for it (expected: one bean)"
                  .formatted(subscription.role().id(), subscription.event().getName()));
        }
        var subscribers =
            subscriptions.stream()
                .filter(other -> other.event() == subscription.event())
                .map(Subscription::role);
        if (subscribers.filter(active::contains).distinct().count() > 1
            && found.stream().anyMatch(handler -> handler.role().isEmpty())) {
          throw new IllegalStateException(
              "several roles of this process hear of %s (expected: handlers made by Handler.of(role, event, body))"
                  .formatted(subscription.event().getName()));
        }
      }
    }
  }

  private List<Handler<?>> handlersOf(ServiceRole role, Class<?> event) {
    return handlers.stream()
        .filter(handler -> handler.event() == event)
        .<Handler<?>>map(handler -> handler)
        .filter(handler -> handler.role().map(role::equals).orElse(true))
        .toList();
  }

  /** Only a class that somebody subscribed to is ever made from a name that came from outside. */
  private Object eventOf(Delivery delivery) {
    var type =
        subscriptions.stream()
            .filter(
                s -> s.role() == delivery.role() && s.event().getName().equals(delivery.event()))
            .findFirst()
            .orElseThrow(() ->
                new InvalidRequest(
                    "role %s hears of no event of this name".formatted(delivery.role().id()),
                    "run the same version of Fovea in all processes"))
            .event();
    try {
      return json.readValue(delivery.json(), type);
    } catch (JacksonException e) {
      throw new InvalidRequest(
          "the event %s isn't one: %s".formatted(type.getSimpleName(), e.getOriginalMessage()),
          "run the same version of Fovea in all processes");
    }
  }

  private static <E> boolean handled(Handler<E> handler, Object event) throws Exception {
    handler.handle(handler.event().cast(event));
    return true;
  }

  private Inbox inboxOf(ServiceRole role) {
    var registry = remotes.getIfAvailable();
    if (registry == null || !registry.getGroupNames().contains(role.id())) {
      throw new ServiceUnavailable(
          role.id(),
          "it runs neither here nor at a known address",
          "start it and set spring.http.serviceclient.%s.base-url".formatted(role.id()));
    }
    return registry.getClient(role.id(), Inbox.class);
  }
}
