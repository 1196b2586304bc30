package dev.fovea.web.overview;

import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts.Serving;
import dev.fovea.web.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The projects, and the overview of one. */
@Controller
class OverviewPages {
  private static final int TODAY = 12;
  private final Projects projects;
  private final Services services;

  OverviewPages(Projects projects, Services services) {
    this.projects = projects;
    this.services = services;
  }

  /**
   * A part of the overview and the service behind it, for the panel that says that it is silent.
   */
  record Silence(String what, Part<?> part) {}

  @GetMapping("/")
  String home(Model page) {
    var visible = projects.projects();
    if (visible.size() == 1) {
      return "redirect:/" + visible.getFirst().name();
    }
    page.addAttribute("projects", visible);
    return "projects";
  }

  @GetMapping("/{project}")
  String overview(@PathVariable("project") Name project, Model page) {
    page.addAttribute("repository", projects.project(project));
    var pushes = Part.of(() -> services.datasets().pushes(project));
    var heads = Part.of(() -> services.datasets().heads(project));
    var batches = Part.of(() -> services.annotation().batches(project));
    var models = Part.of(() -> services.models().heads(project));
    var devices = Part.of(() -> services.lab().devices());
    var releases = Part.of(() -> services.releases().releases(project));
    var rollouts = Part.of(() -> services.rollouts().rollouts(project));
    var serving = Part.of(() -> serving(project, rollouts.or(List.of())));
    var acts = Part.of(() -> services.audit().newest(project, TODAY));
    var needs =
        Needs.of(
            project,
            rollouts.or(List.of()),
            releases.or(List.of()),
            batches.or(List.of()),
            devices.or(List.of()));
    page.addAttribute("needs", needs);
    page.addAttribute("answer", answer(needs));
    page.addAttribute("serving", serving);
    page.addAttribute("acts", acts);
    page.addAttribute(
        "fresh",
        pushes.or(List.of()).isEmpty()
            && heads.or(List.of()).isEmpty()
            && pushes.there()
            && heads.there());
    page.addAttribute(
        "silences",
        silences(
            new Silence("Datasets do not answer", heads),
            new Silence("The lab does not answer", devices),
            new Silence("Releases do not answer", releases),
            new Silence("Rollouts do not answer", rollouts),
            new Silence("The registry does not answer", models)));
    page.addAttribute(
        "loop",
        Loop.of(
            project,
            new Loop.News(
                first(pushes),
                first(heads),
                first(models),
                first(Part.of(() -> services.retrainings().retrainings(project))),
                first(releases),
                newest(rollouts.or(List.of()), releases.or(List.of())),
                first(serving),
                Part.of(() -> services.frames().count(project)).or(0L),
                open(batches.or(List.of())))));
    return "overview";
  }

  private List<Serving> serving(Name project, List<Rollout> rollouts) {
    return rollouts.stream()
        .map(Rollout::model)
        .distinct()
        .flatMap(model -> services.rollouts().serving(project, model).stream())
        .toList();
  }

  /** What is on its way, which may be an older release again; else that of the newest release. */
  private static Optional<Rollout> newest(List<Rollout> rollouts, List<Release> releases) {
    return rollouts.stream()
        .filter(rollout -> !rollout.state().ended())
        .findFirst()
        .or(() -> ofNewestRelease(rollouts, releases));
  }

  private static Optional<Rollout> ofNewestRelease(List<Rollout> rollouts, List<Release> releases) {
    return releases.stream()
        .flatMap(release -> release.rollout().stream())
        .flatMap(
            digest -> rollouts.stream().filter(rollout -> rollout.attempt().first().equals(digest)))
        .findFirst()
        .or(() -> rollouts.stream().findFirst());
  }

  private static Optional<Batch> open(List<Batch> batches) {
    return batches.stream()
        .filter(batch -> batch.version().isEmpty())
        .findFirst()
        .or(() -> batches.stream().findFirst());
  }

  private static <T> Optional<T> first(Part<List<T>> part) {
    return part.or(List.of()).stream().findFirst();
  }

  private static List<Silence> silences(Silence... parts) {
    var silent = new ArrayList<Silence>();
    for (var part : parts) {
      if (!part.part().there()) {
        silent.add(part);
      }
    }
    return List.copyOf(silent);
  }

  private static String answer(List<Needs> needs) {
    var decisions = needs.stream().filter(Needs::urgent).count();
    if (decisions > 0) {
      return decisions == 1
          ? "One decision waits for a person"
          : decisions + " decisions wait for a person";
    }
    return needs.isEmpty()
        ? "Nothing waits for a person"
        : needs.size() == 1
            ? "One thing waits for a person"
            : needs.size() + " things wait for a person";
  }
}
