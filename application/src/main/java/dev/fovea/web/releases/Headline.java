package dev.fovea.web.releases;

import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.rollouts.Rollout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a release's page says first.
 *
 * @param chip the verdict over all gates; {@code running} before there is one
 * @param title the object and what came out, in a sentence
 */
record Headline(String chip, String title) {
  /** The gates' verdict, unless production has said no since. */
  static Headline of(Release release, Optional<Rollout> rollout) {
    var name = release.model() + " " + release.number();
    if (rollout.map(Rollout::state).filter(Rollout.State.ROLLED_BACK::equals).isPresent()) {
      return new Headline("fail", name + ": passed its gates, rolled back in production");
    }
    return release
        .verdict()
        .map(verdict -> new Headline(chip(verdict), "%s: %s".formatted(name, sentence(verdict))))
        .orElseGet(() -> before(release, name));
  }

  private static Headline before(Release release, String name) {
    return switch (release.state()) {
      case FAILED -> new Headline("error", name + ": the release broke off, nothing was judged");
      case WAITING -> new Headline("running", name + ": waits, nothing is judged yet");
      default -> new Headline("running", "%s: %s".formatted(name, doing(release)));
    };
  }

  private static String doing(Release release) {
    var steps = release.steps();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).state().equals("running")) {
        return "%s, step %d of %d".formatted(steps.get(i).name(), i + 1, steps.size());
      }
    }
    return "the gates are not judged yet";
  }

  static String chip(Verdict verdict) {
    for (var outcome : List.of(Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE)) {
      if (count(verdict, outcome) > 0) {
        return outcome.name().toLowerCase(Locale.ROOT);
      }
    }
    return verdict.passed() ? "pass" : "fail";
  }

  /** {@code 9 of 10 gates pass, 1 cannot tell}. */
  static String sentence(Verdict verdict) {
    var all = verdict.rulings().size();
    var passed = count(verdict, Outcome.PASS);
    var parts = new ArrayList<String>();
    parts.add(
        passed == all
            ? all == 1 ? "the only gate passes" : "all %d gates pass".formatted(all)
            : "%d of %d gates pass".formatted(passed, all));
    say(parts, count(verdict, Outcome.FAIL), "fails", "fail");
    say(parts, count(verdict, Outcome.INCONCLUSIVE), "cannot tell", "cannot tell");
    say(parts, count(verdict, Outcome.ERROR), "was not measured", "were not measured");
    return String.join(", ", parts);
  }

  private static void say(List<String> parts, long count, String one, String more) {
    if (count > 0) {
      parts.add(count + " " + (count == 1 ? one : more));
    }
  }

  private static long count(Verdict verdict, Outcome outcome) {
    return verdict.rulings().stream().filter(ruling -> ruling.outcome() == outcome).count();
  }
}
