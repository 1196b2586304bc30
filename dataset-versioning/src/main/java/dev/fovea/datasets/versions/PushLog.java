package dev.fovea.datasets.versions;

import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.quality.GateReport;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What is written down about a push by those who decide it. */
@Component
public class PushLog {
  private final Pushes pushes;
  private final VersionEvents events;
  private final TransactionTemplate transaction;

  PushLog(Pushes pushes, VersionEvents events, TransactionTemplate transaction) {
    this.pushes = pushes;
    this.events = events;
    this.transaction = transaction;
  }

  /**
   * A push that may go through; to be called before its branch moves.
   *
   * @param batch the batch of labels that it brings
   * @return for {@link #lost}
   */
  public UUID checked(
      Name project,
      String branch,
      GitCommit commit,
      String who,
      GateReport report,
      Optional<Digest> batch) {
    return pushes.check(project, branch, commit, who, report.findings(), batch);
  }

  /** A push that the gate refused. */
  public void refused(
      Name project, String branch, GitCommit commit, String who, GateReport report) {
    transaction.executeWithoutResult(_ -> {
      pushes.refuse(project, branch, commit, who, report.findings());
      events.refused(project, branch, commit, who, report.refusing(), Instant.now());
    });
  }

  /** A push that passed the gate and whose branch did not move. */
  public void lost(UUID push, String branch, String reason) {
    pushes.lose(push, new Finding("refs/heads/" + branch, 0, "branch", true, reason));
  }
}
