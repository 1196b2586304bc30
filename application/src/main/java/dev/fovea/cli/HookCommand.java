package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Webhook;
import dev.fovea.registry.WebhookDelivery;
import dev.fovea.registry.Webhooks;
import dev.fovea.registry.Webhooks.NewWebhook;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whom a project tells what happens; for administrators. */
@Command(
    name = "hook",
    description =
        "Webhooks, which tell others what happens in a project: list, add, rotate, test, deliveries, redeliver, remove.",
    mixinStandardHelpOptions = true)
final class HookCommand {
  private static final String HOOK = "its name, or the first characters of its id";
  private static final int MOST_DELIVERIES = 500;

  @Command(
      name = "list",
      description = "Every webhook, without its secret.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var hooks = server.api(Webhooks.class).webhooks(server.project());
    var table = new Table("ID", "NAME", "STATE", "HOST", "SIGNED", "WAITING", "IS TOLD OF");
    hooks.forEach(hook ->
        table.row(
            hook.id().substring(0, 8),
            hook.name(),
            state(hook),
            host(hook.url()),
            signed(hook),
            hook.waiting(),
            String.join(",", hook.events())));
    return server.print(hooks, table);
  }

  @Command(
      name = "add",
      description = "Makes a webhook; its secret is shown once.",
      mixinStandardHelpOptions = true)
  int add(
      @Mixin Connection server,
      @Parameters(paramLabel = "NAME", description = "such as to-the-team") String name,
      @Parameters(paramLabel = "URL", description = "a public address, over https") String url,
      @Option(
              names = "--event",
              split = ",",
              required = true,
              paramLabel = "EVENT",
              description =
                  "what it is told of, such as run.failed,run.alert; docs/webhooks.md has them all")
          List<String> events,
      @Option(names = "--description", defaultValue = "", description = "for people")
          String description) {
    return show(
        server,
        server
            .api(Webhooks.class)
            .create(server.project(), new Webhooks.WebhookRequest(name, description, url, events)));
  }

  @Command(
      name = "rotate",
      description =
          "Gives a webhook a new secret, which is shown once; the one before signs, too, for a day.",
      mixinStandardHelpOptions = true)
  int rotate(
      @Mixin Connection server,
      @Parameters(paramLabel = "HOOK", description = HOOK) String hook,
      @Option(names = "--end-old", description = "the present secret leaked: it ends at once")
          boolean endOld) {
    return show(
        server,
        server
            .api(Webhooks.class)
            .rotate(server.project(), meant(server, hook).id(), new Webhooks.Rotation(endOld)));
  }

  @Command(
      name = "test",
      description = "Sends an example now; fails where the receiver does not take it.",
      mixinStandardHelpOptions = true)
  int test(
      @Mixin Connection server, @Parameters(paramLabel = "HOOK", description = HOOK) String hook) {
    var found = meant(server, hook);
    var test = server.api(Webhooks.class).test(server.project(), found.id());
    server.print(
        test,
        () ->
            server
                .out()
                .println(
                    test.taken()
                        ? "%s took the example, with %d"
                            .formatted(found.name(), test.answered().orElse(0))
                        : "%s did not take the example: %s"
                            .formatted(found.name(), test.outcome())));
    return test.taken() ? ExitCode.OK : ExitCode.FAILED;
  }

  @Command(
      name = "deliveries",
      description = "What a webhook was told, the newest first.",
      mixinStandardHelpOptions = true)
  int deliveries(
      @Mixin Connection server,
      @Parameters(paramLabel = "HOOK", description = HOOK) String hook,
      @Option(
              names = "--limit",
              defaultValue = "50",
              description = "1 to 500 (default: ${DEFAULT-VALUE})")
          int limit) {
    var found =
        server.api(Webhooks.class).deliveries(server.project(), meant(server, hook).id(), limit);
    var table = new Table("DELIVERY", "EVENT", "STATE", "TRIES", "HAPPENED", "NEXT TRY", "OUTCOME");
    found.forEach(delivery ->
        table.row(
            delivery.id().substring(0, 8),
            delivery.event(),
            delivery.state(),
            delivery.tries(),
            delivery.created(),
            delivery.nextTry().map(Object::toString).orElse("-"),
            outcome(delivery)));
    return server.print(found, table);
  }

  @Command(
      name = "redeliver",
      description = "Sends a delivery that is over once more, under its id.",
      mixinStandardHelpOptions = true)
  int redeliver(
      @Mixin Connection server,
      @Parameters(paramLabel = "HOOK", description = HOOK) String hook,
      @Parameters(
              paramLabel = "DELIVERY",
              description = "the first characters that 'fovea hook deliveries' shows, or all")
          String delivery) {
    var webhooks = server.api(Webhooks.class);
    var id = meant(server, hook).id();
    var found =
        one(
            "delivery",
            delivery,
            webhooks.deliveries(server.project(), id, MOST_DELIVERIES).stream()
                .map(WebhookDelivery::id)
                .filter(each -> each.startsWith(delivery))
                .toList(),
            "give one of those that 'fovea hook deliveries' shows");
    webhooks.redeliver(server.project(), id, found);
    return server.print(
        new Redelivery(id, found), () -> server.err().println("sends " + found + " again"));
  }

  @Command(
      name = "remove",
      description = "Deletes a webhook with its deliveries, those that wait too.",
      mixinStandardHelpOptions = true)
  int remove(
      @Mixin Connection server, @Parameters(paramLabel = "HOOK", description = HOOK) String hook) {
    var found = meant(server, hook);
    server.api(Webhooks.class).delete(server.project(), found.id());
    return server.print(found, () -> server.err().println("removed " + found.name()));
  }

  /** What is sent once more. */
  record Redelivery(String webhook, String delivery) {}

  private static int show(Connection server, NewWebhook made) {
    return server.print(
        made,
        () -> {
          server.err().println("webhook " + made.webhook().id());
          made.webhook()
              .oldSecretUntil()
              .ifPresent(
                  until -> server.err().println("the secret before signs, too, until " + until));
          server.err().flush();
          server.out().println(made.secret());
        });
  }

  private static Webhook meant(Connection server, String text) {
    return meant(text, server.api(Webhooks.class).webhooks(server.project()));
  }

  /** A webhook as a person writes it: by its name, else by its id. */
  static Webhook meant(String text, List<Webhook> all) {
    var named = all.stream().filter(hook -> hook.name().equals(text)).toList();
    return one(
        "webhook",
        text,
        named.isEmpty()
            ? all.stream().filter(hook -> !text.isEmpty() && hook.id().startsWith(text)).toList()
            : named,
        "give one of those that 'fovea hook list' shows");
  }

  private static <T> T one(String kind, String text, List<T> found, String where) {
    if (found.size() != 1) {
      throw new NoSuchThing(
          found.isEmpty() ? kind : "single " + kind,
          text,
          found.isEmpty()
              ? where
              : "%d are called so, or begin with this: give more of the id"
                  .formatted(found.size()));
    }
    return found.getFirst();
  }

  private static String state(Webhook hook) {
    return !hook.active()
        ? "off"
        : hook.failures() == 0 ? "active" : "failed %d times".formatted(hook.failures());
  }

  private static String signed(Webhook hook) {
    return !hook.signed() ? "no" : hook.oldSecretUntil().isPresent() ? "twice" : "yes";
  }

  private static String outcome(WebhookDelivery delivery) {
    return delivery.outcome().isEmpty()
        ? delivery.answered().map(String::valueOf).orElse("-")
        : delivery.outcome();
  }

  /** The rest of an address may hold a secret of the receiver's. */
  private static String host(String url) {
    try {
      return Optional.ofNullable(URI.create(url).getHost()).orElse("");
    } catch (IllegalArgumentException _) {
      return "";
    }
  }
}
