package dev.fovea.datasets.git;

import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.quality.GateReport;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the pusher reads in the terminal. */
final class GateMessage {
  private static final int SHOWN = 50;

  private GateMessage() {}

  static String of(Name project, GateReport report) {
    var text = new StringBuilder();
    int total = report.refusing() + report.warning();
    if (report.refuses()) {
      text.append(
          "error[push.refused] %s, so the branch has not moved\n"
              .formatted(plural(report.refusing())));
    }
    // What refuses comes first: with many warnings it would otherwise scroll away or not be shown
    // at all.
    report.findings().stream()
        .sorted((a, b) -> Boolean.compare(b.refuses(), a.refuses()))
        .limit(SHOWN)
        .forEach(finding -> text.append(line(finding)));
    if (total > SHOWN) {
      text.append(
          "  and %d more; see /api/v1/projects/%s/datasets/-/pushes\n"
              .formatted(total - SHOWN, project));
    }
    if (report.refuses()) {
      text.append(
          "  fix: correct the files named, run 'dvc add' and 'dvc push', commit, and push again\n");
    }
    return text.toString();
  }

  /** What the gate saw in a version, on one line. */
  static String summary(QualityReport report) {
    var text = new StringBuilder("quality: ");
    int findings = report.findings();
    if (findings == 0) {
      text.append("nothing found");
    } else {
      text.append(findings == 1 ? "1 warning" : findings + " warnings")
          .append(
              report.checks().stream()
                  .filter(check -> check.findings() > 0)
                  .map(check -> "%s %d".formatted(check.check(), check.findings()))
                  .collect(Collectors.joining(", ", " (", ")")));
    }
    report
        .parent()
        .filter(_ -> !report.drift().isEmpty())
        .ifPresent(parent ->
            text.append(
                report.drift().stream()
                    .map(drift ->
                        String.format(
                            Locale.ROOT, "%s %.1f %%", drift.split(), 100 * drift.distance()))
                    .collect(
                        Collectors.joining(
                            ", ",
                            "; drift of classes since %s: "
                                .formatted(parent.version().abbreviated()),
                            ""))));
    return text.toString();
  }

  private static String line(Finding finding) {
    return "  %s %-14s %s: %s\n"
        .formatted(
            finding.refuses() ? "x" : "!",
            finding.check(),
            printable(finding.place()),
            printable(finding.text()));
  }

  // A file name must not write to the pusher's terminal what it likes.
  private static String printable(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .forEach(c ->
            shown.append(Character.isISOControl(c) ? "?" : Text.excerpt(Character.toString(c))));
    return shown.toString();
  }

  private static String plural(int findings) {
    return findings == 1 ? "1 finding" : findings + " findings";
  }
}
