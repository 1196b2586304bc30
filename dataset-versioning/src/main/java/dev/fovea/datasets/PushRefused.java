package dev.fovea.datasets;

import dev.fovea.datasets.Push.Finding;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** The quality gate refused a commit; its branch has not moved. */
public final class PushRefused extends Problem {
  private static final int SHOWN = 10;

  private final GitCommit commit;
  private final List<Finding> findings;

  public PushRefused(GitCommit commit, List<Finding> findings) {
    super(
        Kind.REFUSED,
        findings.stream()
            .filter(Finding::refuses)
            .limit(SHOWN)
            .map(finding -> "%s: %s: %s".formatted(finding.file(), finding.check(), finding.text()))
            .collect(
                Collectors.joining(
                    "; ",
                    "the quality gate refused commit %s: ".formatted(commit.abbreviated()),
                    "")),
        "correct the files named, then try again");
    this.commit = commit;
    this.findings = List.copyOf(findings);
  }

  public GitCommit commit() {
    return commit;
  }

  public List<Finding> findings() {
    return findings;
  }
}
