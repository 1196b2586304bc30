package dev.fovea.datasets.quality;

import dev.fovea.datasets.Push.Finding;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.DatasetSpec.Check;
import dev.fovea.teamfile.DatasetSpec.Reaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Gathers what the gate finds; remembers the first thousand and counts the rest. */
final class Findings {
  private static final int KEPT = 1_000;

  private final List<Finding> kept = new ArrayList<>();
  private int refusing;
  private int warning;

  /** Refuses the push, whatever the policy. */
  void refuse(String file, int line, String check, String text) {
    add(new Finding(file, line, check, true, text));
  }

  /** Refuses, warns or says nothing, as the team's file says. */
  void add(DatasetSpec spec, Check check, String file, int line, String text) {
    var reaction = spec.reactionTo(check);
    if (reaction != Reaction.OFF) {
      var name = check.name().toLowerCase(Locale.ROOT).replace('_', '-');
      add(new Finding(file, line, name, reaction == Reaction.REFUSE, text));
    }
  }

  private void add(Finding finding) {
    if (finding.refuses()) {
      refusing++;
    } else {
      warning++;
    }
    if (kept.size() < KEPT) {
      kept.add(finding);
    } else if (finding.refuses() && kept.stream().noneMatch(Finding::refuses)) {
      kept.set(KEPT - 1, finding); // warnings never hide why a push is refused
    }
  }

  List<Finding> kept() {
    return List.copyOf(kept);
  }

  int refusing() {
    return refusing;
  }

  int warning() {
    return warning;
  }
}
