package dev.fovea.web.webhooks;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.registry.Webhook;
import dev.fovea.registry.WebhookDelivery;
import dev.fovea.registry.Webhooks;
import dev.fovea.registry.Webhooks.Active;
import dev.fovea.registry.Webhooks.Rotation;
import dev.fovea.registry.Webhooks.WebhookRequest;
import dev.fovea.roles.Problems;
import dev.fovea.web.Shell;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** A project's webhooks, for administrators: the list, and each with what it was told. */
@Controller
class WebhookPages {
  private static final int SHOWN = 100;

  /** What can be told, in the order of the form. */
  private static final List<String> EVENTS =
      List.of(
          "registered_model.created",
          "model_version.created",
          "model_version_tag.set",
          "model_version_tag.deleted",
          "model_version_alias.created",
          "model_version_alias.deleted",
          "run.finished",
          "run.failed",
          "run.alert");

  private final Webhooks webhooks;

  WebhookPages(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  /**
   * A hook in the list.
   *
   * @param host of its address; the rest may hold a secret and is on its own page alone
   */
  record Row(Webhook hook, String host) {
    static Row of(Webhook hook) {
      return new Row(hook, WebhookPages.host(hook.url()));
    }

    public String icon() {
      return !hook.active() ? "pending" : hook.failures() > 0 ? "error" : "pass";
    }

    public String word() {
      return WebhookPages.word(hook);
    }
  }

  /** A delivery in the list. */
  record Line(WebhookDelivery what) {
    public String icon() {
      return switch (what.state()) {
        case DELIVERED -> "pass";
        case WAITING -> what.tries() == 0 ? "pending" : "running";
        case GIVEN_UP -> "error";
      };
    }

    public String word() {
      return switch (what.state()) {
        case DELIVERED -> "delivered";
        case WAITING -> what.tries() == 0 ? "waiting" : "tries again";
        case GIVEN_UP -> "given up";
      };
    }
  }

  @GetMapping("/{project}/webhooks")
  String list(@PathVariable("project") Name project, Model page) {
    page.addAttribute("hooks", webhooks.webhooks(project).stream().map(Row::of).toList());
    page.addAttribute("events", EVENTS);
    return "webhooks";
  }

  /** The secret is on the answer of this request and nowhere else, so it is no redirect. */
  @PostMapping("/{project}/webhooks/create")
  String create(
      @PathVariable("project") Name project,
      @RequestParam("name") String name,
      @RequestParam("url") String url,
      @RequestParam(name = "event", required = false) Optional<List<String>> events,
      HttpServletResponse response,
      Model page) {
    try {
      page.addAttribute(
          "made",
          webhooks.create(
              project,
              new WebhookRequest(name.strip(), "", url.strip(), events.orElse(List.of()))));
    } catch (Problem problem) {
      refuse(problem, response, page);
      page.addAttribute("wanted", name);
    }
    return list(project, page);
  }

  @GetMapping("/{project}/webhooks/{id}")
  String hook(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    var hook = webhooks.webhook(project, id);
    page.addAttribute("shell", shell.at(new Shell.Crumb("Webhooks", "/" + project + "/webhooks")));
    page.addAttribute("row", Row.of(hook));
    page.addAttribute("hook", hook);
    page.addAttribute(
        "lines", webhooks.deliveries(project, id, SHOWN).stream().map(Line::new).toList());
    return "webhook";
  }

  @PostMapping("/{project}/webhooks/{id}/test")
  String test(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletResponse response,
      Model page) {
    try {
      page.addAttribute("test", webhooks.test(project, id));
    } catch (Problem problem) {
      refuse(problem, response, page);
      page.addAttribute("refused", "No example was sent");
    }
    return hook(project, id, shell, page);
  }

  /** The new secret is on the answer of this request and nowhere else, so it is no redirect. */
  @PostMapping("/{project}/webhooks/{id}/rotate")
  String rotate(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam(name = "endOld", defaultValue = "false") boolean endOld,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletResponse response,
      Model page) {
    try {
      page.addAttribute("rotated", webhooks.rotate(project, id, new Rotation(endOld)));
    } catch (Problem problem) {
      refuse(problem, response, page);
      page.addAttribute("refused", "The secret was not changed");
    }
    return hook(project, id, shell, page);
  }

  @PostMapping("/{project}/webhooks/{id}/active")
  String turn(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam("active") boolean active) {
    var hook = webhooks.turn(project, id, new Active(active));
    return "redirect:/%s/webhooks/%s".formatted(project, hook.id());
  }

  @PostMapping("/{project}/webhooks/{id}/delete")
  String delete(@PathVariable("project") Name project, @PathVariable("id") String id) {
    webhooks.delete(project, id);
    return "redirect:/%s/webhooks".formatted(project);
  }

  @PostMapping("/{project}/webhooks/{id}/deliveries/{delivery}/redeliver")
  String redeliver(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @PathVariable("delivery") String delivery) {
    webhooks.redeliver(project, id, delivery);
    return "redirect:/%s/webhooks/%s".formatted(project, webhooks.webhook(project, id).id());
  }

  private static void refuse(Problem problem, HttpServletResponse response, Model page) {
    page.addAttribute("refusal", problem);
    response.setStatus(Problems.status(problem.kind()).value());
  }

  private static String word(Webhook hook) {
    if (!hook.active()) {
      return "turned off";
    }
    return switch (hook.failures()) {
      case 0 -> "active";
      case 1 -> "failed once";
      default -> "failed %d times in a row".formatted(hook.failures());
    };
  }

  private static String host(String url) {
    try {
      return Optional.ofNullable(URI.create(url).getHost()).orElse("");
    } catch (IllegalArgumentException unreadable) {
      return "";
    }
  }
}
