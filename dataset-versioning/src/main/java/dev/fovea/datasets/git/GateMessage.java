package dev.fovea.datasets.git;

import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.quality.GateReport;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;

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

  private static String line(Finding finding) {
    var place = finding.line() > 0 ? finding.file() + ":" + finding.line() : finding.file();
    return "  %s %-14s %s: %s\n"
        .formatted(
            finding.refuses() ? "x" : "!",
            finding.check(),
            printable(place),
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
