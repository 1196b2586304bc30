package dev.fovea.web.releases;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.roles.Callers;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.web.Part;
import dev.fovea.web.Shell;
import dev.fovea.web.ShortDigest;
import dev.fovea.web.Stations;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Releases: the list, and the page on which somebody decides. */
@Controller
class ReleasePages {
  private final Releases releases;
  private final Rollouts rollouts;
  private final Stations stations;

  ReleasePages(Releases releases, Rollouts rollouts, Stations stations) {
    this.releases = releases;
    this.rollouts = rollouts;
    this.stations = stations;
  }

  /** A release with what its list shows beside it. */
  record Row(Release release, Headline headline, Optional<Rollout> rollout) {
    public boolean waits() {
      return rollout.map(r -> r.state() == Rollout.State.AWAITING_APPROVAL).orElse(false);
    }

    public String state() {
      return rollout.map(Progress::state).orElseGet(() -> Progress.state(release.state()));
    }
  }

  @GetMapping("/{project}/releases")
  String list(@PathVariable("project") Name project, Model page) {
    var inProduction = Part.of(() -> rollouts.rollouts(project));
    Map<Digest, Rollout> byFirst =
        inProduction.or(List.of()).stream()
            .collect(
                Collectors.toMap(
                    rollout -> rollout.attempt().first(),
                    Function.identity(),
                    (newer, _) -> newer));
    var rows =
        releases.releases(project).stream()
            .map(release ->
                new Row(
                    release,
                    Headline.of(release, release.rollout().map(byFirst::get)),
                    release.rollout().map(byFirst::get)))
            .toList();
    page.addAttribute("rows", rows);
    page.addAttribute("waiting", rows.stream().filter(Row::waits).count());
    page.addAttribute("inProduction", inProduction);
    return "releases";
  }

  @GetMapping("/{project}/releases/{digest}")
  String release(
      @PathVariable("project") Name project,
      @PathVariable("digest") String digest,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    return show(project, find(project, digest), shell, page);
  }

  /**
   * The part that changes while work goes on, for a page that asks again every second. When the
   * state is no longer the one that the page shows, the whole page comes anew.
   */
  @GetMapping("/{project}/releases/{digest}/live")
  String live(
      @PathVariable("project") Name project,
      @PathVariable("digest") String digest,
      @RequestParam("was") String was,
      HttpServletResponse response,
      Model page) {
    var release = find(project, digest);
    fill(project, release, page);
    if (!was.equals(page.getAttribute("phase"))) {
      response.setHeader("HX-Refresh", "true");
    }
    return "release :: live";
  }

  Release find(Name project, String digest) {
    var wanted = ShortDigest.of("release", digest);
    return wanted
        .whole()
        .map(whole -> releases.release(project, whole))
        .orElseGet(() -> {
          var listed = wanted.among("release", releases.releases(project), Release::digest);
          return releases.release(project, listed.digest());
        });
  }

  String show(Name project, Release release, Shell shell, Model page) {
    var attempts = fill(project, release, page);
    var rollout = attempts.stream().findFirst();
    page.addAttribute("title", release.model() + " " + release.number());
    page.addAttribute("shell", shell.at(new Shell.Crumb("Releases", "/" + project + "/releases")));
    page.addAttribute("headline", Headline.of(release, rollout));
    page.addAllAttributes(Judged.of(release, measures(project, release)));
    page.addAttribute("stations", stations.through(project, release.digest()));
    page.addAttribute("happenings", Happening.of(release, attempts));
    page.addAttribute(
        "tellings",
        Telling.of(Part.of(() -> releases.statuses(project, release.digest())).or(List.of())));
    page.addAttribute("earlier", attempts.stream().skip(1).toList());
    rollout
        .filter(
            r -> r.state() == Rollout.State.AWAITING_APPROVAL || r.state() == Rollout.State.BAKING)
        .ifPresent(r -> page.addAttribute("standing", Standing.of(Callers.current(), r)));
    rollout
        .filter(r -> r.state().ended())
        .flatMap(r ->
            Repeat.of(
                Callers.current(), r, Part.of(() -> rollouts.rollouts(project)).or(List.of())))
        .ifPresent(repeat -> page.addAttribute("repeat", repeat));
    return "release";
  }

  /** What it measured; asked for only where something was judged. */
  Part<Measures> measures(Name project, Release release) {
    return release.verdict().isPresent()
        ? Part.of(() -> releases.measures(project, release.digest()))
        : new Part<>(Optional.empty(), "nothing was judged", "");
  }

  /** The attempts at the release, newest first; the page shows the newest. */
  private List<Rollout> fill(Name project, Release release, Model page) {
    var asked =
        Part.of(() ->
            release.rollout().map(first -> rollouts.attempts(project, first)).orElse(List.of()));
    var rollout = asked.or(List.of()).stream().findFirst();
    page.addAttribute("release", release);
    page.addAttribute("rolloutPart", asked);
    page.addAttribute("phase", phase(release, rollout));
    page.addAttribute("moving", moving(release, rollout));
    rollout.ifPresent(r -> {
      page.addAttribute("rollout", r);
      page.addAttribute("rolloutState", Progress.state(r));
      page.addAttribute("progress", Progress.of(r));
      page.addAttribute("evidence", Evidence.of(r));
      if (r.copied().compared() + r.copied().dropped() > 0) {
        page.addAttribute("copies", Evidence.copies(r));
      }
    });
    return asked.or(List.of());
  }

  private static String phase(Release release, Optional<Rollout> rollout) {
    return rollout.map(r -> r.state().name()).orElseGet(() -> release.state().name());
  }

  private static boolean moving(Release release, Optional<Rollout> rollout) {
    return rollout
        .map(r -> !r.state().ended() && r.state() != Rollout.State.AWAITING_APPROVAL)
        .orElseGet(() ->
            release.state() == Release.State.RUNNING
                || release.state() == Release.State.WAITING
                || release.rollout().isPresent());
  }

  /** The page again, with what stood against a decision where the decision was made. */
  String refused(Name project, Release release, Problem problem, Shell shell, Model page) {
    page.addAttribute("refusal", problem);
    return show(project, release, shell, page);
  }
}
