package dev.fovea.web.releases;

import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.rollouts.Rollout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An entry of the timeline.
 *
 * @param dot {@code pass}, {@code fail}, {@code inconclusive} or {@code error} where it is a
 *     verdict; empty elsewhere
 */
record Happening(Instant at, String dot, String what) {
  /**
   * Newest first.
   *
   * @param attempts the release's rollouts
   */
  static List<Happening> of(Release release, List<Rollout> attempts) {
    var all = new ArrayList<Happening>();
    all.add(new Happening(release.started(), "", "release asked for by " + release.requestedBy()));
    for (var step : release.steps()) {
      step.started()
          .filter(_ -> step.state().equals("done") || step.state().equals("failed"))
          .map(start -> start.plus(step.took()))
          .ifPresent(end -> all.add(ended(release, step, end)));
    }
    attempts.stream()
        .flatMap(rollout -> rollout.timeline().stream())
        .forEach(step -> all.add(new Happening(step.at(), "", step.what())));
    return all.stream().sorted(Comparator.comparing(Happening::at).reversed()).toList();
  }

  private static Happening ended(Release release, Release.Step step, Instant end) {
    var judged = step.name().equals("gate") ? release.verdict() : Optional.<Verdict>empty();
    return judged
        .map(verdict ->
            new Happening(
                end, Headline.chip(verdict), "gates judged: " + Headline.sentence(verdict)))
        .orElseGet(() ->
            new Happening(
                end,
                step.state().equals("failed") ? "error" : "",
                step.name() + " " + (step.state().equals("failed") ? "broke off" : "done")));
  }
}
