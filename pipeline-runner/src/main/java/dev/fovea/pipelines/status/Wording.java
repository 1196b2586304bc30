package dev.fovea.pipelines.status;

import dev.fovea.pipelines.CommitStatus.State;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.gate.Judge;
import dev.fovea.pipelines.status.Standings.Standing;
import dev.fovea.teamfile.Gate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/**
 * What a commit's statuses say. Their names hold no limit, so that a branch rule which asks for one
 * goes on asking for it when the team moves the limit.
 */
final class Wording {
  /** GitHub refuses more. */
  static final int DESCRIPTION_CHARS = 140;

  private static final int CONTEXT_CHARS = 200;

  private Wording() {}

  /**
   * One status a gate, in their order.
   *
   * @param prefix what their names begin with
   * @param pages the address of Fovea's pages; empty without links
   */
  static List<Wanted> of(Standing standing, String prefix, String pages) {
    var release = standing.release();
    var target = pages.isEmpty() ? "" : link(release, pages);
    var contexts = contexts(standing.gates(), prefix);
    var rulings = release.verdict().map(verdict -> verdict.rulings()).orElse(List.of());
    var wanted = new ArrayList<Wanted>();
    for (int i = 0; i < contexts.size(); i++) {
      wanted.add(
          i < rulings.size()
              ? ruled(contexts.get(i), rulings.get(i), target)
              : unruled(contexts.get(i), standing.gates().get(i), release, target));
    }
    return wanted;
  }

  private static List<String> contexts(List<Gate> gates, String prefix) {
    var seen = new HashMap<String, Integer>();
    return gates.stream()
        .map(gate -> cut(prefix + "/" + Judge.rule(gate), CONTEXT_CHARS))
        // Two limits on one measure are two statuses.
        .map(name -> {
          int times = seen.merge(name, 1, Integer::sum);
          return times == 1 ? name : "%s (%d)".formatted(name, times);
        })
        .toList();
  }

  private static Wanted ruled(String context, Ruling ruling, String target) {
    var value = "%s (wanted: %s)".formatted(measured(ruling), ruling.wanted());
    return switch (ruling.outcome()) {
      case PASS -> wanted(context, State.SUCCESS, value, target);
      case FAIL -> wanted(context, State.FAILURE, value, target);
      case INCONCLUSIVE ->
          wanted(
              context,
              State.FAILURE,
              "inconclusive: %s, on %s".formatted(value, ruling.on()),
              target);
      case ERROR -> wanted(context, State.ERROR, ruling.explanation(), target);
    };
  }

  private static Wanted unruled(String context, Gate gate, Release release, String target) {
    return switch (release.state()) {
      case RUNNING, WAITING ->
          wanted(
              context,
              State.PENDING,
              "not judged yet (line %d of fovea.yaml)".formatted(gate.line()),
              target);
      case REFUSED -> wanted(context, State.FAILURE, "not judged: " + release.reason(), target);
      case FAILED -> wanted(context, State.ERROR, "not judged: " + release.reason(), target);
      // It ended with its verdict, so this is a gate too many for it.
      case RELEASED -> wanted(context, State.ERROR, "the verdict says nothing of it", target);
    };
  }

  /** The value as the rule's limit is written. */
  private static String measured(Ruling ruling) {
    double value = ruling.measured();
    if (Double.isNaN(value)) {
      return "not measured";
    }
    if (Double.isInfinite(value)) {
      return "no end";
    }
    return ruling.unit().isEmpty()
        ? String.format(
            Locale.ROOT, ruling.wanted().endsWith(" pp") ? "%.2f pp" : "%.2f %%", value * 100)
        : String.format(Locale.ROOT, "%.3f %s", value, ruling.unit());
  }

  private static String link(Release release, String pages) {
    return "%s/%s/releases/%s"
        .formatted(
            pages.endsWith("/") ? pages.substring(0, pages.length() - 1) : pages,
            release.project(),
            release.digest());
  }

  private static Wanted wanted(String context, State state, String description, String target) {
    return new Wanted(context, state, cut(description, DESCRIPTION_CHARS), target);
  }

  /** On one line, without what nobody sees, at most so long; no character is halved. */
  private static String cut(String text, int most) {
    var shown = new StringBuilder();
    text.codePoints()
        .filter(c ->
            Character.getType(c) != Character.FORMAT && Character.getType(c) != Character.SURROGATE)
        .map(c -> Character.isISOControl(c) || Character.isWhitespace(c) ? ' ' : c)
        .limit(most + 1L)
        .forEach(shown::appendCodePoint);
    if (shown.length() <= most) {
      return shown.toString();
    }
    int end = most - 1;
    return shown.substring(0, Character.isHighSurrogate(shown.charAt(end - 1)) ? end - 1 : end)
        + "…";
  }
}
