package dev.fovea.registry.webhooks;

import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Takes what happened, in the transaction that made it true, for those that want to know. */
@Component("webhookOutbox")
public final class Outbox {
  private final HookRows hooks;
  private final DeliveryRows deliveries;
  private final Wakeup wakeup;
  private final WebhookProperties properties;
  private final JsonMapper json;

  Outbox(
      HookRows hooks,
      DeliveryRows deliveries,
      Wakeup wakeup,
      WebhookProperties properties,
      JsonMapper json) {
    this.hooks = hooks;
    this.deliveries = deliveries;
    this.wakeup = wakeup;
    this.properties = properties;
    this.json = json;
  }

  /**
   * Has it told to every hook of the project that listens.
   *
   * @param data MLflow's fields, or Fovea's own
   * @throws IllegalStateException outside a transaction, where anybody listens
   */
  public void happened(Name project, Event event, Map<String, ? extends @Nullable Object> data) {
    var listeners = hooks.listeners(project, event);
    if (listeners.isEmpty()) {
      return;
    }
    var body = body(project, event, data);
    for (var listener : listeners) {
      deliveries.insert(
          UUID.randomUUID().toString(), listener, event, body, properties.giveUpAfter());
      wakeup.soon(listener);
    }
  }

  /** MLflow's envelope, with the {@code type} that Standard Webhooks recommends beside it. */
  byte[] body(Name project, Event event, Map<String, ? extends @Nullable Object> data) {
    var message = new LinkedHashMap<String, Object>();
    message.put("type", event.written());
    message.put("entity", event.entity());
    message.put("action", event.action());
    message.put("timestamp", Instant.now().toString());
    message.put("workspace", project.text());
    message.put("data", data);
    return json.writeValueAsBytes(message);
  }
}
