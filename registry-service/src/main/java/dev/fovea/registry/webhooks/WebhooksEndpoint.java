package dev.fovea.registry.webhooks;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Webhook;
import dev.fovea.registry.WebhookDelivery;
import dev.fovea.registry.Webhooks;
import dev.fovea.registry.audit.Acts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;

/** Webhooks as Fovea's own pages and administrators' scripts see them. */
@RestController
class WebhooksEndpoint implements Webhooks {
  private static final int MOST = 500;

  private final Hooks hooks;
  private final DeliveryRows deliveries;
  private final Wakeup wakeup;
  private final WebhookProperties properties;
  private final Acts acts;
  private final TransactionTemplate transaction;

  WebhooksEndpoint(
      Hooks hooks,
      DeliveryRows deliveries,
      Wakeup wakeup,
      WebhookProperties properties,
      Acts acts,
      TransactionTemplate transaction) {
    this.hooks = hooks;
    this.deliveries = deliveries;
    this.wakeup = wakeup;
    this.properties = properties;
    this.acts = acts;
    this.transaction = transaction;
  }

  @Override
  public List<Webhook> webhooks(Name project) {
    var all = hooks.all(project);
    var waiting = deliveries.waiting(all.stream().map(Hook::id).toList());
    return all.stream().map(hook -> shown(hook, waiting.getOrDefault(hook.id(), 0L))).toList();
  }

  @Override
  public NewWebhook create(Name project, WebhookRequest request) {
    var secret = Hooks.newSecret();
    var hook =
        hooks.create(
            project,
            new Hooks.Draft(
                request.name(),
                request.description(),
                request.url(),
                request.events().stream().map(Event::of).collect(Collectors.toSet()),
                Optional.of(secret),
                true));
    return new NewWebhook(shown(hook, 0), secret);
  }

  @Override
  public Webhook webhook(Name project, String id) {
    return shown(hooks.load(project, id));
  }

  @Override
  public Webhook turn(Name project, String id, Active active) {
    return shown(hooks.change(project, id, Hooks.Change.turned(active.active())));
  }

  @Override
  public NewWebhook rotate(Name project, String id, Rotation rotation) {
    var secret = hooks.rotate(project, id, rotation.endOld());
    return new NewWebhook(shown(hooks.load(project, id)), secret);
  }

  @Override
  public void delete(Name project, String id) {
    hooks.delete(project, id);
  }

  @Override
  public WebhookTest test(Name project, String id) {
    var answer = hooks.test(project, id, Optional.empty());
    return new WebhookTest(answer.isTaken(), answer.status(), answer.words());
  }

  @Override
  public List<WebhookDelivery> deliveries(Name project, String id, int limit) {
    if (limit < 1 || limit > MOST) {
      throw new InvalidRequest(
          "limit: %d (expected: 1 to %d)".formatted(limit, MOST), "give a limit in this range");
    }
    return deliveries.newest(hooks.load(project, id).id(), limit);
  }

  @Override
  public void redeliver(Name project, String id, String delivery) {
    var hook = hooks.load(project, id);
    if (!deliveries.has(hook.id(), delivery)) {
      throw new NoSuchThing("delivery", delivery, "the webhook's page lists those that are kept");
    }
    transaction.executeWithoutResult(_ -> {
      if (deliveries.again(hook.id(), delivery, properties.giveUpAfter())) {
        acts.done(project, "redelivered " + delivery, hook.name());
      }
      wakeup.soon(hook.id());
    });
  }

  private Webhook shown(Hook hook) {
    return shown(hook, deliveries.waiting(List.of(hook.id())).getOrDefault(hook.id(), 0L));
  }

  private static Webhook shown(Hook hook, long waiting) {
    return new Webhook(
        hook.id(),
        hook.project(),
        hook.name(),
        hook.description(),
        hook.url(),
        Event.written(hook.events()),
        hook.active(),
        hook.secret().isPresent(),
        hook.old().map(Hook.Old::until),
        hook.created(),
        hook.updated(),
        hook.failures(),
        hook.pausedUntil(),
        waiting);
  }
}
