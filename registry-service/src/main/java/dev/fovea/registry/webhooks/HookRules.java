package dev.fovea.registry.webhooks;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.registry.webhooks.outbound.Post;
import dev.fovea.registry.webhooks.outbound.Reach;
import dev.fovea.registry.webhooks.outbound.Target;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** What a hook may be called, hear of and be sent to. */
@Component("webhookRules")
final class HookRules {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
  private static final int MOST_DESCRIPTION = 1_000;

  private final Reach reach;
  private final Post post;

  HookRules(Reach reach, Post post) {
    this.reach = reach;
    this.post = post;
  }

  /**
   * Checks one that is to be made.
   *
   * @throws InvalidRequest where it may not be
   */
  void check(Hooks.Draft draft) {
    checkName(draft.name());
    checkDescription(draft.description());
    checkEvents(draft.events());
    checkUrl(draft.url());
  }

  /**
   * Checks what is to change.
   *
   * @throws InvalidRequest where it may not be
   */
  void check(Hooks.Change change) {
    change.name().ifPresent(HookRules::checkName);
    change.description().ifPresent(HookRules::checkDescription);
    change.events().ifPresent(HookRules::checkEvents);
    change.url().ifPresent(this::checkUrl);
  }

  private void checkUrl(String url) {
    var target = Target.parse(url, reach);
    try {
      post.probe(target);
    } catch (UnknownHostException e) {
      throw new InvalidRequest(
          "url: " + e.getMessage(), "give an address that this installation may reach");
    }
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidRequest(
          "Webhook name '%s' is invalid. It must start and end with a letter or digit, be at most 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-)."
              .formatted(Text.excerpt(name)),
          "choose another name");
    }
  }

  private static void checkDescription(String description) {
    if (description.length() > MOST_DESCRIPTION) {
      throw new InvalidRequest(
          "description: %d characters (expected: at most %d)"
              .formatted(description.length(), MOST_DESCRIPTION),
          "shorten it");
    }
  }

  private static void checkEvents(Set<Event> events) {
    if (events.isEmpty()) {
      throw new InvalidRequest(
          "events: none (expected: at least one)", "say what the hook shall be told");
    }
  }
}
