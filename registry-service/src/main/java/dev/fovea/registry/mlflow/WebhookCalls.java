package dev.fovea.registry.mlflow;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.mlflow.Wire.WebhookMessage;
import dev.fovea.registry.mlflow.Wire.WebhookTestMessage;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.Page;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Hook;
import dev.fovea.registry.webhooks.Hooks;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * MLflow's calls about webhooks. Its clients fail on events and hooks that they don't know, so they
 * see MLflow's events alone, and hooks that hear none of them are not there for them.
 */
@RestController
@RequestMapping({"/api/2.0/mlflow/webhooks", "/ajax-api/2.0/mlflow/webhooks"})
class WebhookCalls {
  private static final int USUAL_RESULTS = 100;
  private static final int MOST_RESULTS = 1_000;

  private final Hooks hooks;

  WebhookCalls(Hooks hooks) {
    this.hooks = hooks;
  }

  @PostMapping
  Map<String, WebhookMessage> create(Scope scope, Fields fields) {
    return message(
        hooks.create(
            scope.project(),
            new Hooks.Draft(
                fields.text("name"),
                fields.optionalText("description").orElse(""),
                fields.text("url"),
                events(fields),
                fields.optionalText("secret").filter(secret -> !secret.isEmpty()),
                active(fields).orElse(true))));
  }

  @GetMapping
  Map<String, Object> list(Scope scope, Fields fields) {
    var size = fields.pageSize("max_results", USUAL_RESULTS, MOST_RESULTS);
    var from = PageToken.of(fields.optionalText("page_token"));
    var rows =
        hooks.all(scope.project()).stream()
            .filter(hook -> !hook.mlflows().isEmpty())
            .skip(from.offset())
            .limit(size + 1L)
            .toList();
    return Pages.message("webhooks", Page.cut(rows, size, from).map(WebhookMessage::of));
  }

  @GetMapping("/{id}")
  Map<String, WebhookMessage> load(Scope scope, @PathVariable("id") String id) {
    return message(find(scope.project(), id));
  }

  @PatchMapping("/{id}")
  Map<String, WebhookMessage> update(Scope scope, @PathVariable("id") String id, Fields fields) {
    var hook = find(scope.project(), id);
    Optional<Set<Event>> events =
        fields.objects("events").isEmpty()
            ? Optional.empty()
            : Optional.of(withOwn(hook, events(fields)));
    return message(
        hooks.change(
            scope.project(),
            hook.id(),
            new Hooks.Change(
                fields.optionalText("name").filter(name -> !name.isEmpty()),
                fields.optionalText("description"),
                fields.optionalText("url").filter(url -> !url.isEmpty()),
                events,
                fields.optionalText("secret"),
                active(fields))));
  }

  @DeleteMapping("/{id}")
  Map<String, Object> delete(Scope scope, @PathVariable("id") String id) {
    hooks.delete(scope.project(), find(scope.project(), id).id());
    return Map.of();
  }

  @PostMapping("/{id}/test")
  Map<String, WebhookTestMessage> test(Scope scope, @PathVariable("id") String id, Fields fields) {
    var hook = find(scope.project(), id);
    var event = fields.object("event").map(WebhookCalls::event).orElse(hook.mlflows().getFirst());
    return Map.of(
        "result",
        WebhookTestMessage.of(hooks.test(scope.project(), hook.id(), Optional.of(event))));
  }

  private Hook find(Name project, String id) {
    var hook = hooks.load(project, id);
    if (hook.mlflows().isEmpty()) {
      throw MlflowError.missing(
          "Webhook with ID %s hears events of Fovea's alone, which MLflow's clients don't know"
              .formatted(Text.excerpt(id)));
    }
    return hook;
  }

  /** Events that an MLflow client can't name stay. */
  private static Set<Event> withOwn(Hook hook, Set<Event> wanted) {
    var events = new HashSet<>(wanted);
    hook.events().stream().filter(event -> !event.isMlflows()).forEach(events::add);
    return events;
  }

  private static Set<Event> events(Fields fields) {
    return fields.objects("events").stream().map(WebhookCalls::event).collect(Collectors.toSet());
  }

  private static Event event(Fields fields) {
    return Event.ofMlflow(fields.text("entity"), fields.text("action"));
  }

  private static Optional<Boolean> active(Fields fields) {
    return fields
        .optionalText("status")
        .filter(status -> !status.isEmpty())
        .map(status ->
            switch (status.toUpperCase(Locale.ROOT)) {
              case "ACTIVE", "1" -> true;
              case "DISABLED", "2" -> false;
              default ->
                  throw new InvalidRequest(
                      "status: '%s' (expected: ACTIVE or DISABLED)".formatted(Text.excerpt(status)),
                      "give one of the two");
            });
  }

  private static Map<String, WebhookMessage> message(Hook hook) {
    return Map.of("webhook", WebhookMessage.of(hook));
  }
}
