package dev.fovea.cli.check;

import dev.fovea.cli.terminal.Table;
import dev.fovea.cli.terminal.VerdictText;
import dev.fovea.pipelines.Replay;
import dev.fovea.pipelines.Replayed;
import dev.fovea.pipelines.Replayed.Again;
import dev.fovea.pipelines.Replayed.Change;
import dev.fovea.pipelines.Replayed.Standing;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Ruling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a policy says of earlier releases, as a person reads it: what differs, and by which rule.
 */
final class ReplayText {
  private ReplayText() {}

  static String of(Replayed replayed) {
    return "%s · the last %s by this policy: %d would be refused that passed, %d would pass that %s refused, %d as before, %d cannot be told%n%s%s"
        .formatted(
            replayed.model(),
            releases(replayed.releases().size()),
            replayed.count(Change.WORSE),
            replayed.count(Change.BETTER),
            replayed.count(Change.BETTER) == 1 ? "was" : "were",
            replayed.count(Change.SAME),
            replayed.count(Change.UNKNOWN),
            table(replayed),
            replayed.releases().stream()
                .map(ReplayText::difference)
                .filter(text -> !text.isEmpty())
                .map(text -> "\n" + text)
                .collect(Collectors.joining()));
  }

  /** What is not in the table. */
  static List<String> doubts(Replayed replayed) {
    var doubts = new ArrayList<String>();
    if (replayed.releases().size() < replayed.asked()) {
      doubts.add(
          "%d releases were asked for, and %d of %s are among the newest %d of the project"
              .formatted(
                  replayed.asked(),
                  replayed.releases().size(),
                  replayed.model(),
                  Replay.MOST_RELEASES));
    }
    for (var release : replayed.releases()) {
      release.notes().forEach(note -> doubts.add("%s: %s".formatted(name(release), note)));
    }
    return doubts;
  }

  private static String releases(int count) {
    return count == 1 ? "release" : count + " releases";
  }

  private static Table table(Replayed replayed) {
    var table = new Table("RELEASE", "MODEL", "STARTED", "THEN", "NOW", "");
    replayed
        .releases()
        .forEach(release ->
            table.row(
                release.release().abbreviated(),
                name(release),
                release.started(),
                then(release.then()),
                now(release.now()),
                what(release)));
    return table;
  }

  private static String then(Standing standing) {
    return switch (standing) {
      case PASSED -> "passed";
      case REFUSED -> "refused";
      case UNKNOWN -> "no verdict";
    };
  }

  private static String now(Standing standing) {
    return switch (standing) {
      case PASSED -> "would pass";
      case REFUSED -> "would be refused";
      case UNKNOWN -> "cannot be told";
    };
  }

  private static String what(Again release) {
    if (!release.why().isEmpty()) {
      return release.why();
    }
    int unmeasured = release.unmeasured().size();
    var open =
        unmeasured == 0
            ? ""
            : "%d of %d rules could not be measured"
                .formatted(unmeasured, unmeasured + release.rulings().size());
    return switch (release.change()) {
      case WORSE -> join("worse", open);
      case BETTER -> join("better", open);
      case SAME, UNKNOWN -> open;
    };
  }

  private static String join(String word, String more) {
    return more.isEmpty() ? word : word + ", " + more;
  }

  /** The rules that decide, and those that could not be measured; empty where nothing differs. */
  private static String difference(Again release) {
    var text = new StringBuilder();
    if (release.change() == Change.WORSE) {
      text.append("%s would be refused by:%n".formatted(name(release)))
          .append(VerdictText.rules(new Verdict(false, release.refusalsNow())));
    }
    if (release.change() == Change.BETTER) {
      text.append("%s would pass; it was refused by:%n".formatted(name(release)))
          .append(refusals(release));
    }
    if (!release.unmeasured().isEmpty()) {
      text.append(unmeasured(release));
    }
    return text.toString();
  }

  private static Table refusals(Again release) {
    var table = new Table("RULE", "MEASURED", "WANTED THEN", "WANTED NOW", "LINE");
    for (var refusal : release.refusals()) {
      var now = now(release, refusal);
      table.row(
          refusal.rule(),
          VerdictText.measured(refusal),
          refusal.wanted(),
          now.map(Ruling::wanted).orElse("no such rule"),
          now.map(ruling -> "fovea.yaml:" + ruling.line()).orElse(""));
    }
    return table;
  }

  private static Optional<Ruling> now(Again release, Ruling then) {
    return release.rulings().stream()
        .filter(ruling -> ruling.rule().equals(then.rule()))
        .findFirst();
  }

  private static String unmeasured(Again release) {
    var table = new Table("COULD NOT BE MEASURED", "WHY", "LINE");
    release
        .unmeasured()
        .forEach(rule -> table.row(rule.rule(), rule.why(), "fovea.yaml:" + rule.line()));
    return "%s: what was not recorded; %s%n%s"
        .formatted(name(release), release.unmeasured().getFirst().remedy(), table);
  }

  private static String name(Again release) {
    return "%s %d".formatted(release.model(), release.number());
  }
}
