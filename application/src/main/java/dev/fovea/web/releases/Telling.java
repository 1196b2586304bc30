package dev.fovea.web.releases;

import dev.fovea.pipelines.CommitStatus;
import dev.fovea.pipelines.CommitStatus.Delivery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What the Git host knows of a release on one commit.
 *
 * @param taken how many of the statuses it has
 * @param all how many there are, one a gate
 * @param trouble why it has not all of them; empty where nothing went wrong
 */
record Telling(String repository, String commit, long taken, int all, String trouble) {
  static List<Telling> of(List<CommitStatus> statuses) {
    var commits = new LinkedHashMap<String, List<CommitStatus>>();
    statuses.forEach(status ->
        commits
            .computeIfAbsent(status.repository() + " " + status.commit(), _ -> new ArrayList<>())
            .add(status));
    return commits.values().stream().map(Telling::ofCommit).toList();
  }

  private static Telling ofCommit(List<CommitStatus> statuses) {
    var first = statuses.getFirst();
    return new Telling(
        first.repository(),
        first.commit().abbreviated(),
        statuses.stream().filter(status -> status.delivery() == Delivery.SENT).count(),
        statuses.size(),
        statuses.stream()
            .filter(status -> status.delivery() != Delivery.SENT && !status.outcome().isEmpty())
            .map(status ->
                (status.delivery() == Delivery.GIVEN_UP ? "given up: " : "") + status.outcome())
            .findFirst()
            .orElse(""));
  }

  public boolean complete() {
    return taken == all;
  }
}
