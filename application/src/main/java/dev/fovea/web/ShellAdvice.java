package dev.fovea.web;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.Callers;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Gives every page its shell and its way of writing figures. A service that does not answer costs a
 * number, never the page.
 */
@ControllerAdvice(basePackages = {"dev.fovea.web", "dev.fovea.security"})
class ShellAdvice {
  private static final String HTMX = Webjars.version("org.webjars.npm", "htmx.org");
  private final Projects projects;
  private final Annotation annotation;
  private final Rollouts rollouts;

  ShellAdvice(Projects projects, Annotation annotation, Rollouts rollouts) {
    this.projects = projects;
    this.annotation = annotation;
    this.rollouts = rollouts;
  }

  @ModelAttribute("figures")
  Figures figures() {
    return new Figures();
  }

  /** Whoever is signed in; empty for nobody, and where Fovea itself writes a page. */
  @ModelAttribute("you")
  String you() {
    var caller = Callers.current();
    return caller.roles().isEmpty() || caller.roles().contains(Caller.Role.SERVICE)
        ? ""
        : caller.subject();
  }

  @ModelAttribute("shell")
  Shell shell(HttpServletRequest request) {
    var project = project(request);
    if (project.isEmpty() || Callers.current().equals(Callers.NOBODY)) {
      return new Shell("", List.of(), List.of(), List.of(), HTMX);
    }
    var name = Name.of(project);
    var base = "/" + project;
    var decisions =
        counted(() ->
            rollouts.rollouts(name).stream()
                .filter(r -> r.state() == Rollout.State.AWAITING_APPROVAL)
                .count());
    var items =
        counted(() ->
            annotation.batches(name).stream()
                .filter(batch -> batch.version().isEmpty())
                .mapToLong(batch -> batch.items() - batch.labelled())
                .sum());
    return new Shell(
        project,
        visible(),
        List.of(
            new Shell.Group(
                "Build",
                List.of(
                    new Shell.Entry("Datasets", "datasets", base + "/datasets", 0),
                    new Shell.Entry("Runs", "runs", base + "/runs", 0),
                    new Shell.Entry("Models", "models", base + "/models", 0))),
            new Shell.Group(
                "Ship",
                List.of(
                    new Shell.Entry("Releases", "releases", base + "/releases", decisions),
                    new Shell.Entry("Lab", "lab", base + "/lab", 0))),
            new Shell.Group(
                "Learn",
                List.of(
                    new Shell.Entry("Frames", "frames", base + "/frames", 0),
                    new Shell.Entry("Annotate", "batches", base + "/batches", items))),
            new Shell.Group("Trace", trace(base))),
        List.of(),
        HTMX);
  }

  /** Webhooks are the administrators'. */
  private static List<Shell.Entry> trace(String base) {
    var entries = new ArrayList<Shell.Entry>();
    entries.add(new Shell.Entry("Lineage", "lineage", base + "/lineage", 0));
    entries.add(new Shell.Entry("Audit log", "audit", base + "/audit", 0));
    entries.add(new Shell.Entry("Tokens", "tokens", base + "/tokens", 0));
    if (Callers.current().roles().contains(Caller.Role.ADMIN)) {
      entries.add(new Shell.Entry("Webhooks", "webhooks", base + "/webhooks", 0));
    }
    return entries;
  }

  private List<String> visible() {
    try {
      return projects.projects().stream().map(p -> p.name().text()).toList();
    } catch (Problem unavailable) {
      return List.of();
    }
  }

  private static int counted(Supplier<Long> count) {
    try {
      return Math.toIntExact(count.get());
    } catch (Problem unavailable) {
      return 0;
    }
  }

  private static String project(HttpServletRequest request) {
    return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                instanceof Map<?, ?> variables
            && variables.get("project") instanceof String name
            && isName(name)
        ? name
        : "";
  }

  private static boolean isName(String text) {
    try {
      return Name.of(text).text().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
