package dev.fovea.pipelines.status;

import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;

/**
 * The row of the queue: which commit's statuses.
 *
 * @param repository as the administrator writes it
 */
record Due(Name project, String repository, GitCommit commit) {
  /** One piece of work a commit, however many gates and releases there are. */
  String id() {
    return "%s/%s@%s".formatted(project, repository, commit);
  }
}
