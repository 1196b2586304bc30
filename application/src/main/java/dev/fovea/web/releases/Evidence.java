package dev.fovea.web.releases;

import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollout.Measure;
import dev.fovea.web.Figures;
import dev.fovea.web.Plot;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the judge has seen, as a page shows it.
 *
 * @param plot the e-processes as shares of their boundaries; absent before the first window
 */
record Evidence(List<Guard> guards, Optional<Plot> plot) {
  private static final double MOST_SHARE = 1e4;
  private static final List<String> STYLES = List.of("c-ink", "c-s2", "c-s3", "c-s4");
  private static final int HEIGHT = 200;

  /**
   * One guard.
   *
   * @param verdict {@code pass} or {@code fail}; empty while it is watched
   * @param share the e-value as a share of its boundary
   */
  record Guard(Measure measure, String title, String verdict, String watched, String share) {}

  /** What there is to see now: while it bakes, and if it went back then, with what came since. */
  static Evidence of(Rollout rollout) {
    var measures =
        rollout
            .bake()
            .map(Rollout.Bake::evidence)
            .filter(since -> !since.isEmpty())
            .orElse(rollout.evidence());
    var guards = measures.stream().map(measure -> guard(measure, rollout.state())).toList();
    return new Evidence(guards, plot(measures));
  }

  /** How often the answers to copies differed, in a sentence. */
  static String copies(Rollout rollout) {
    var copied = rollout.copied();
    return "%s of %s copied requests got another answer than the stable's (%s). %s"
        .formatted(
            new Figures().count(copied.disagreed()),
            new Figures().count(copied.compared()),
            new Figures().share(copied.disagreed(), copied.compared()),
            copied.dropped() == 0
                ? "Shown, not judged: a better model disagrees too."
                : "%s more were not sent, since too many waited. Shown, not judged."
                    .formatted(new Figures().count(copied.dropped())));
  }

  private static Guard guard(Measure measure, Rollout.State state) {
    var title =
        measure.name().substring(0, 1).toUpperCase(Locale.ROOT) + measure.name().substring(1);
    var judged =
        state == Rollout.State.AWAITING_APPROVAL
            || state == Rollout.State.PROMOTED
            || state == Rollout.State.REJECTED;
    var verdict = measure.evidence() >= measure.boundary() ? "fail" : judged ? "pass" : "";
    return new Guard(
        measure,
        title,
        verdict,
        measure.canaryTotal() == 0 ? "no answer yet" : "watched",
        percent(measure.evidence() / measure.boundary()));
  }

  private static Optional<Plot> plot(List<Measure> measures) {
    var windows = measures.stream().mapToInt(measure -> measure.trace().size()).max().orElse(0);
    if (windows == 0) {
      return Optional.empty();
    }
    var most =
        measures.stream()
            .flatMap(m -> m.trace().stream().map(e -> e / m.boundary()))
            .max(Double::compare)
            .orElse(1.0);
    var pen =
        Plot.pen(HEIGHT, new Plot.Scale.Log(1e-4, Math.clamp(3 * most, 3, MOST_SHARE)))
            .row(1e-4, "0.01 %")
            .row(1e-3, "0.1 %")
            .row(1e-2, "1 %")
            .row(1e-1, "10 %")
            .row(1, "100 %")
            .column(0, "start")
            .column(1, "window " + windows)
            .limit(1, "goes back by itself");
    for (int i = 0; i < measures.size(); i++) {
      var measure = measures.get(i);
      pen.line(measure.name(), STYLES.get(i % STYLES.size()), shares(measure));
    }
    return Optional.of(pen.says(finding(measures)));
  }

  /**
   * What is known before the first window is an e-value of 1; more than the plot can hold is drawn
   * at its top.
   */
  private static List<Double> shares(Measure measure) {
    return Stream.concat(Stream.of(1.0), measure.trace().stream())
        .map(e -> Math.min(e / measure.boundary(), MOST_SHARE))
        .toList();
  }

  private static String finding(List<Measure> measures) {
    return measures.stream()
        .map(m ->
            "%s at %s of its boundary".formatted(m.name(), percent(m.evidence() / m.boundary())))
        .collect(
            Collectors.joining(
                ", ", "Evidence of harm: ", "; at 100 per cent the rollout goes back."));
  }

  private static String percent(double share) {
    return 100 * share < 0.01 ? "under 0.01 %" : new Figures().number(100 * share) + " %";
  }
}
