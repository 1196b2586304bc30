package dev.fovea.registry;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.NotAllowed;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.annotation.PutExchange;

/**
 * Whom a project tells what happens. Every call is for administrators: a hook carries what a
 * project does out of the house. MLflow's clients have the same hooks by {@code
 * /api/2.0/mlflow/webhooks}.
 */
@HttpExchange("/api/v1/projects/{project}/webhooks")
public interface Webhooks {
  /** All of a project, oldest first; at most 50. */
  @GetExchange
  List<Webhook> webhooks(@PathVariable("project") Name project) throws NotAllowed;

  /** Makes one with a secret of its own, which only this answer tells. */
  @PostExchange
  NewWebhook create(@PathVariable("project") Name project, @RequestBody WebhookRequest request)
      throws InvalidRequest, NotAllowed;

  /** One of them. */
  @GetExchange("/{id}")
  Webhook webhook(@PathVariable("project") Name project, @PathVariable("id") String id)
      throws NoSuchThing, NotAllowed;

  /** Turns it on or off. What waits when it is turned off waits until it is on. */
  @PutExchange("/{id}/active")
  Webhook turn(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestBody Active active)
      throws NoSuchThing, NotAllowed;

  /**
   * Gives it a new secret, which only this answer tells. Deliveries are signed with the one before
   * too for a day, unless that shall end.
   */
  @PostExchange("/{id}/rotation")
  NewWebhook rotate(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestBody Rotation rotation)
      throws NoSuchThing, NotAllowed;

  /** Deletes it with its deliveries, those that wait too. */
  @DeleteExchange("/{id}")
  void delete(@PathVariable("project") Name project, @PathVariable("id") String id)
      throws NoSuchThing, NotAllowed;

  /**
   * Sends it an example of its first event now, and tells what came back; nothing is tried again.
   */
  @PostExchange("/{id}/test")
  WebhookTest test(@PathVariable("project") Name project, @PathVariable("id") String id)
      throws NoSuchThing, NotAllowed;

  /** What it was told, newest first, at most {@code limit} (1 to 500). */
  @GetExchange("/{id}/deliveries")
  List<WebhookDelivery> deliveries(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam(name = "limit", defaultValue = "100") int limit)
      throws NoSuchThing, InvalidRequest, NotAllowed;

  /** Sends one that is over once more, as the same delivery under the same id. */
  @PostExchange("/{id}/deliveries/{delivery}/redelivery")
  void redeliver(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @PathVariable("delivery") String delivery)
      throws NoSuchThing, NotAllowed;

  /**
   * A hook to make.
   *
   * @param name up to 63 letters, digits, dots, hyphens and underscores
   * @param events at least one of those that a {@link Webhook} names
   */
  record WebhookRequest(String name, String description, String url, List<String> events) {
    /** What a body leaves out is empty, and refused as such where it has to be there. */
    public WebhookRequest {
      name = Objects.requireNonNullElse(name, "");
      description = Objects.requireNonNullElse(description, "");
      url = Objects.requireNonNullElse(url, "");
      events =
          Objects.requireNonNullElse(events, List.<String>of()).stream()
              .map(String::valueOf)
              .toList();
    }

    @Override
    public String toString() {
      return "WebhookRequest[name=%s, url=•••]".formatted(name);
    }
  }

  /**
   * A hook that was just made, or got a new secret.
   *
   * @param secret {@code whsec_} and base64, as Standard Webhooks writes it
   */
  record NewWebhook(Webhook webhook, String secret) {
    @Override
    public String toString() {
      return "NewWebhook[webhook=%s, secret=•••]".formatted(webhook);
    }
  }

  /** Whether the secret before ends at once, as after it leaked. */
  record Rotation(boolean endOld) {}

  /** Whether it shall be told anything. */
  record Active(boolean active) {}

  /**
   * What came of an example.
   *
   * @param taken whether the receiver answered with 2xx
   * @param answered the HTTP status; absent where nothing came back
   * @param outcome what went wrong, in words; empty where nothing did
   */
  record WebhookTest(boolean taken, Optional<Integer> answered, String outcome) {}
}
