package dev.fovea.registry.webhooks;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.webhooks.outbound.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes, changes and deletes hooks, for administrators alone: a hook carries what a project does to
 * somebody outside. What is done and what is refused is audited, by the hook's name, never by its
 * address or secret.
 */
@Component("webhookHooks")
public final class Hooks {
  private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");
  private static final int MOST_HOOKS = 50;

  private final HookRows rows;
  private final Secrets secrets;
  private final Courier courier;
  private final Outbox outbox;
  private final Wakeup wakeup;
  private final HookRules rules;
  private final HookGuard guard;
  private final TransactionTemplate transaction;
  private final Duration overlap;

  Hooks(
      HookRows rows,
      Secrets secrets,
      Courier courier,
      Outbox outbox,
      Wakeup wakeup,
      HookRules rules,
      HookGuard guard,
      TransactionTemplate transaction,
      WebhookProperties properties) {
    this.rows = rows;
    this.secrets = secrets;
    this.courier = courier;
    this.outbox = outbox;
    this.wakeup = wakeup;
    this.rules = rules;
    this.guard = guard;
    this.transaction = transaction;
    this.overlap = properties.oldSecret();
  }

  /**
   * A hook to make.
   *
   * @param secret as its owner has it; without one, deliveries are not signed
   */
  public record Draft(
      String name,
      String description,
      String url,
      Set<Event> events,
      Optional<String> secret,
      boolean active) {
    @Override
    public String toString() {
      return "Draft[name=%s, url=•••, secret=•••]".formatted(name);
    }
  }

  /** What to change of a hook; what is absent stays. */
  public record Change(
      Optional<String> name,
      Optional<String> description,
      Optional<String> url,
      Optional<Set<Event>> events,
      Optional<String> secret,
      Optional<Boolean> active) {
    /** Turns it on or off. */
    static Change turned(boolean active) {
      return new Change(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(active));
    }

    @Override
    public String toString() {
      return "Change[name=%s, url=•••, secret=•••, active=%s]".formatted(name, active);
    }
  }

  /** A secret for a hook, such as nobody can guess. */
  static String newSecret() {
    return SigningSecret.random().written();
  }

  /** Makes one. */
  public Hook create(Name project, Draft draft) {
    var act = "created webhook";
    guard.requireAdministrator(project, act, draft.name());
    var id = UUID.randomUUID().toString();
    guard.checked(project, act, draft.name(), () -> rules.check(draft));
    var sealed = draft.secret().map(secret -> secrets.seal(SigningSecret.of(secret), id));
    transaction.executeWithoutResult(_ -> {
      rows.hold(project);
      if (rows.count(project) >= MOST_HOOKS) {
        throw new InvalidRequest(
            "%s has %d webhooks (expected: at most %d)".formatted(project, MOST_HOOKS, MOST_HOOKS),
            "delete one that is not used");
      }
      rows.insert(
          id,
          project,
          draft.name(),
          draft.description(),
          draft.url(),
          draft.events(),
          draft.active(),
          sealed);
      guard.done(project, act, draft.name());
    });
    return load(project, id);
  }

  /** All of a project, oldest first. */
  public List<Hook> all(Name project) {
    guard.requireAdministrator(project, "listed webhooks", project.text());
    return rows.all(project);
  }

  /** One of a project. */
  public Hook load(Name project, String id) {
    guard.requireAdministrator(project, "read webhook", id);
    return find(project, id);
  }

  /** Changes what is given. */
  public Hook change(Name project, String id, Change change) {
    var act = "changed webhook";
    guard.requireAdministrator(project, act, id);
    var hook = find(project, id);
    guard.checked(project, act, hook.name(), () -> rules.check(change));
    var sealed = change.secret().map(secret -> secrets.seal(SigningSecret.of(secret), id));
    transaction.executeWithoutResult(_ -> {
      rows.update(
          id,
          change.name(),
          change.description(),
          change.url(),
          change.events(),
          change.active(),
          sealed);
      guard.done(project, act, hook.name());
      wakeup.soon(id);
    });
    return find(project, id);
  }

  /**
   * Gives one a new secret, and tells it. Deliveries are signed with the one before too for a
   * while, so that its receiver can change over without losing any.
   *
   * @param endOld whether the one before ends at once, as after it leaked
   */
  public String rotate(Name project, String id, boolean endOld) {
    var act = "rotated secret of webhook";
    guard.requireAdministrator(project, act, id);
    var hook = find(project, id);
    var secret = newSecret();
    var sealed = secrets.seal(SigningSecret.of(secret), hook.id());
    transaction.executeWithoutResult(_ -> {
      if (!rows.rotate(hook.id(), sealed, endOld ? Duration.ZERO : overlap)) {
        throw noSuchHook(id);
      }
      guard.done(project, endOld ? act + ", ended the old one" : act, hook.name());
      wakeup.soon(hook.id());
    });
    return secret;
  }

  /** Deletes one with its deliveries. */
  public void delete(Name project, String id) {
    var act = "deleted webhook";
    guard.requireAdministrator(project, act, id);
    var hook = find(project, id);
    transaction.executeWithoutResult(_ -> {
      rows.delete(id);
      guard.done(project, act, hook.name());
    });
  }

  /** Sends an example of an event now, without trying again, and tells what came back. */
  public Answer test(Name project, String id, Optional<Event> event) {
    var act = "tested webhook";
    guard.requireAdministrator(project, act, id);
    var hook = find(project, id);
    transaction.executeWithoutResult(_ -> guard.done(project, act, hook.name()));
    var example = event.orElseGet(() -> hook.events().stream().min(Event::compareTo).orElseThrow());
    return courier.send(
        hook, UUID.randomUUID().toString(), outbox.body(project, example, example.example()));
  }

  private Hook find(Name project, String id) {
    // The same answer whether it is missing or another project's.
    return Optional.of(id)
        .filter(text -> ID.matcher(text).matches())
        .flatMap(rows::find)
        .filter(hook -> hook.project().equals(project))
        .orElseThrow(() -> noSuchHook(id));
  }

  private static NoSuchThing noSuchHook(String id) {
    return new NoSuchThing("webhook", id, "the project's webhooks are listed on its page");
  }
}
