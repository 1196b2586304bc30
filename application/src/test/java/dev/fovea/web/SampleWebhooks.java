package dev.fovea.web;

import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Webhook;
import dev.fovea.registry.WebhookDelivery;
import dev.fovea.registry.WebhookDelivery.State;
import dev.fovea.registry.Webhooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Three webhooks: one that is well, one whose receiver is gone, one that is off; notes what is
 * asked.
 */
final class SampleWebhooks implements Webhooks {
  static final String SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  final List<String> asked = new ArrayList<>();

  private static String id(int n) {
    return "0e2b4c6d-0000-4000-8000-00000000000" + n;
  }

  private static Webhook hook(int n, String name, String url, boolean active, int failures) {
    return new Webhook(
        id(n),
        Samples.PARCELS,
        name,
        n == 2 ? Samples.HOSTILE : "",
        url,
        n == 1
            ? List.of("model_version.created", "run.alert")
            : List.of("run.finished", "run.failed", "run.alert"),
        active,
        n != 3,
        n == 1 ? Optional.of(minutesAgo(-23 * 60 - 4)) : Optional.empty(),
        minutesAgo(4_000),
        minutesAgo(90),
        failures,
        failures > 2 ? Optional.of(minutesAgo(-3)) : Optional.empty(),
        failures > 2 ? 1_204 : 0);
  }

  @Override
  public List<Webhook> webhooks(Name project) {
    return project.equals(Samples.PARCELS)
        ? List.of(
            hook(1, "to-the-team", "https://chat.example.com/hooks/T0123/secret-part", true, 0),
            hook(
                2,
                "to-a-receiver-with-a-long-name",
                "https://receiver.of-the-night-shift.plant-7.example.com:8443/a/very/long/path/of/a/hook?with=parameters&and=more",
                true,
                5),
            hook(3, "old", "https://old.example.com/", false, 0))
        : List.of();
  }

  @Override
  public NewWebhook create(Name project, WebhookRequest request) {
    if (!request.url().startsWith("https://")) {
      throw new InvalidRequest(
          "url: http to '" + Samples.HOSTILE + "' (expected: https)", "give another address");
    }
    asked.add("create " + request.name() + " " + request.events());
    return new NewWebhook(webhooks(Samples.PARCELS).getFirst(), SECRET);
  }

  @Override
  public Webhook webhook(Name project, String id) {
    return webhooks(project).stream()
        .filter(hook -> hook.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("webhook", id, "see the list of webhooks"));
  }

  @Override
  public NewWebhook rotate(Name project, String id, Rotation rotation) {
    asked.add("rotate " + webhook(project, id).name() + " " + rotation.endOld());
    return new NewWebhook(webhook(project, id), SECRET);
  }

  @Override
  public Webhook turn(Name project, String id, Active active) {
    asked.add("turn " + active.active());
    return webhook(project, id);
  }

  @Override
  public void delete(Name project, String id) {
    asked.add("delete " + webhook(project, id).name());
  }

  @Override
  public WebhookTest test(Name project, String id) {
    asked.add("test " + webhook(project, id).name());
    return id.equals(id(1))
        ? new WebhookTest(true, Optional.of(200), "")
        : new WebhookTest(
            false, Optional.empty(), "no answer from receiver.example.com within 10 s");
  }

  @Override
  public List<WebhookDelivery> deliveries(Name project, String id, int limit) {
    if (id.equals(id(3))) {
      return List.of();
    }
    var sick = id.equals(id(2));
    return IntStream.range(0, 6)
        .mapToObj(n ->
            new WebhookDelivery(
                "%d81f3c90-0000-4000-8000-000000000000".formatted(n),
                n % 2 == 0 ? "run.alert" : "model_version.created",
                !sick ? State.DELIVERED : n < 4 ? State.WAITING : State.GIVEN_UP,
                minutesAgo(3 + 50L * n),
                sick ? n < 2 ? 0 : 2 * n : 1,
                sick && n < 2 ? Optional.empty() : Optional.of(minutesAgo(2 + 50L * n)),
                !sick ? Optional.of(200) : n == 4 ? Optional.of(302) : Optional.empty(),
                !sick || n < 2
                    ? ""
                    : n == 4
                        ? "the receiver answered 302, a redirect, which is not followed; give its real address"
                        : "no answer from receiver.of-the-night-shift.plant-7.example.com within 10 s",
                sick && n < 4 ? Optional.of(minutesAgo(-4 * n)) : Optional.empty()))
        .toList();
  }

  @Override
  public void redeliver(Name project, String id, String delivery) {
    asked.add("redeliver " + delivery.substring(0, 8));
  }
}
