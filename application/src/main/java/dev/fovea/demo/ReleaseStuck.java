package dev.fovea.demo;

import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The story needs a release that has ended otherwise; to wait for it would be in vain. */
final class ReleaseStuck extends Problem {
  private final String what;
  private final String next;

  /**
   * @param what how it ended, with the rules that decided
   * @param next what to do
   */
  ReleaseStuck(String what, String next) {
    super(Kind.REFUSED, what, next);
    this.what = what;
    this.next = next;
  }

  /**
   * What to say where every release of a model version has ended without a rollout; empty where one
   * is still on its way there, or none has begun.
   *
   * @param newestFirst all releases of that version
   * @param page the address of a page of the project
   */
  static Optional<ReleaseStuck> in(List<Release> newestFirst, Function<String, String> page) {
    return newestFirst.stream().allMatch(ReleaseStuck::isStuck)
        ? newestFirst.stream().findFirst().map(release -> of(release, page))
        : Optional.empty();
  }

  /** What to say of a release that is not as it has to be. */
  static ReleaseStuck of(Release release, Function<String, String> page) {
    return new ReleaseStuck(
        "the release of %s %d is %s: %s"
            .formatted(release.model(), release.number(), words(release.state()), why(release)),
        "look at the evidence on %s; a limit on time is missed where the machine is busy with something else: let that end, and play again from the beginning, in another folder by --home"
            .formatted(page.apply("/releases/" + release.digest().abbreviated())));
  }

  private static boolean isStuck(Release release) {
    return switch (release.state()) {
      case REFUSED, FAILED -> true;
      case RUNNING, WAITING, RELEASED -> false;
    };
  }

  private static String words(Release.State state) {
    return switch (state) {
      case RUNNING -> "still running";
      case WAITING -> "waiting";
      case REFUSED -> "refused by its gate";
      case RELEASED -> "through its gate";
      case FAILED -> "broken off";
    };
  }

  /** Every rule that did not pass, with its value and limit; else where the release stands. */
  private static String why(Release release) {
    var rules =
        release.verdict().map(Verdict::rulings).orElse(List.of()).stream()
            .filter(ruling -> ruling.outcome() != Verdict.Outcome.PASS)
            .map(ruling ->
                "%s (wanted: %s; fovea.yaml:%d)"
                    .formatted(ruling.explanation(), ruling.wanted(), ruling.line()))
            .collect(Collectors.joining("; "));
    return rules.isEmpty() ? release.reason() : rules;
  }

  String what() {
    return what;
  }

  String next() {
    return next;
  }
}
