package dev.fovea.rollouts.judge;

import dev.fovea.rollouts.Rollout.Measure;
import dev.fovea.rollouts.judge.OddsRatio.Table;
import dev.fovea.teamfile.CanarySpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Compares a canary with its stable by three measures: errors, slow answers and unsure answers.
 * Each may use a third of the chance of a false rollback (Bonferroni), so its boundary is 3/α.
 *
 * <p>Slow means above the 90th percentile of the stable's latencies, fixed once from at least 100
 * of them, before the windows that it judges: a threshold that moved with the data would hide what
 * it should show. The 90th, since of a few hundred canary answers a tenth is enough to compare and
 * a hundredth is not. The percentile is raised by the margin and at least by the tolerance: two
 * servers on one machine differ by tenths of a millisecond that nobody means.
 *
 * <p>Windows of copies are evidence like those of a canary: the lot decides whether a request
 * counts for the stable or, as a copy, for the other, so both count different requests, and each
 * window is a stratum of its own. The e-values go on multiplying from the shadow stage through the
 * canary's to the end of the bake, and the chance of a false rollback is that of all of them
 * together. How often copies disagree is told, not judged.
 */
public final class Judge {
  private static final int MEASURES = 3;
  private static final double SLOW_QUANTILE = 0.9;
  private static final int REFERENCE_ANSWERS = 100;
  private static final double NEVER = 1e300;

  private final CanarySpec spec;
  private final Duration slowTolerance;

  /**
   * @param slowTolerance a difference in latency that never matters
   */
  public Judge(CanarySpec spec, Duration slowTolerance) {
    this.spec = spec;
    this.slowTolerance = slowTolerance;
  }

  /** Before the first window, with what is known of the stable's latencies. */
  public Evidence begin(Latencies stable) {
    var none = Evidence.NONE;
    return new Evidence(
        0,
        0,
        none.errors(),
        none.slow(),
        none.unsure(),
        stable,
        threshold(stable),
        none.copies(),
        Optional.empty());
  }

  /** With one more window. A window that is in it already changes nothing. */
  public Evidence after(Evidence evidence, Window window) {
    if (window.id() <= evidence.lastWindow() || evidence.broken().isPresent()) {
      return evidence;
    }
    try {
      return counted(evidence, window);
    } catch (ArithmeticException | IllegalArgumentException e) {
      return new Evidence(
          window.id(),
          evidence.canaryAnswers(),
          evidence.errors(),
          evidence.slow(),
          evidence.unsure(),
          evidence.reference(),
          evidence.slowAbove(),
          evidence.copies(),
          Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private Evidence counted(Evidence evidence, Window window) {
    var stable = window.stable();
    var canary = window.canary();
    double margin = spec.margin();
    var slow = evidence.slow();
    var reference = evidence.reference();
    var slowAbove = evidence.slowAbove();
    if (slowAbove.isPresent()) {
      int bucket = slowAbove.get();
      slow =
          slow.after(
              new Table(
                  stable.latencies().above(bucket),
                  stable.latencies().total(),
                  canary.latencies().above(bucket),
                  canary.latencies().total()),
              margin);
    } else {
      reference = reference.plus(stable.latencies());
      slowAbove = threshold(reference);
    }
    return new Evidence(
        window.id(),
        Math.addExact(evidence.canaryAnswers(), canary.total()),
        evidence
            .errors()
            .after(
                new Table(stable.errors(), stable.total(), canary.errors(), canary.total()),
                margin),
        slow,
        evidence
            .unsure()
            .after(
                new Table(stable.unsure(), stable.rated(), canary.unsure(), canary.rated()),
                margin),
        reference,
        slowAbove,
        evidence.copies().plus(stable.copies()).plus(canary.copies()),
        Optional.empty());
  }

  private Optional<Integer> threshold(Latencies reference) {
    if (reference.total() < REFERENCE_ANSWERS) {
      return Optional.empty();
    }
    var p90 = Latencies.end(reference.quantile(SLOW_QUANTILE)).toNanos();
    double raised = Math.max(p90 * spec.margin(), (double) p90 + slowTolerance.toNanos());
    return Optional.of(Latencies.bucketOf((long) raised));
  }

  /** What it says. */
  public Verdict verdict(Evidence evidence) {
    if (evidence.broken().isPresent()) {
      return new Verdict.Unusable(evidence.broken().get());
    }
    for (var measure : measures(evidence)) {
      if (measure.evidence() >= measure.boundary()) {
        return new Verdict.Worse(measure.name(), sentence(measure));
      }
    }
    return new Verdict.NotWorse();
  }

  private static String sentence(Measure measure) {
    return String.format(
        Locale.ROOT,
        "the canary is worse by %s: %d of its %d answers (%s), of the stable's %d of %d; evidence %.3g, boundary %.3g",
        measure.name(),
        measure.canaryBad(),
        measure.canaryTotal(),
        measure.meaning(),
        measure.stableBad(),
        measure.stableTotal(),
        measure.evidence(),
        measure.boundary());
  }

  /** Errors, slow and unsure answers, as people see them. */
  public List<Measure> measures(Evidence evidence) {
    double boundary =
        spec.falseRollback() > 0 ? Math.min(MEASURES / spec.falseRollback(), NEVER) : NEVER;
    return List.of(
        evidence
            .errors()
            .shown(
                "errors",
                "no good answer: a time-out, a broken connection or a status from 400",
                boundary),
        evidence.slow().shown("slow", slowMeaning(evidence), boundary),
        evidence
            .unsure()
            .shown(
                "unsure",
                String.format(Locale.ROOT, "a confidence below %.2f", spec.unsureBelow()),
                boundary));
  }

  private static String slowMeaning(Evidence evidence) {
    return evidence
        .slowAbove()
        .map(bucket ->
            String.format(
                Locale.ROOT, "took more than %.1f ms", Latencies.end(bucket).toNanos() / 1e6))
        .orElseGet(() ->
            "not compared yet: %d of the %d stable answers that fix the threshold"
                .formatted(evidence.reference().total(), REFERENCE_ANSWERS));
  }
}
