package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Tells the other services what became true, with the arrows of the lineage graph. */
@Component
class VersionEvents {
  private final Announcements announcements;

  VersionEvents(Announcements announcements) {
    this.announcements = announcements;
  }

  void committed(DatasetVersion version, Optional<Digest> batch) {
    announcements.publish(
        new DatasetCommitted(
            version.project(),
            version.dataset(),
            version.digest(),
            version.parent(),
            version.commit(),
            batch,
            version.at()));
    var node = node(version);
    link(version, node(version.commit()), "made from", node);
    version
        .parent()
        .ifPresent(parent ->
            link(
                version,
                node(parent, version.dataset() + " " + parent.abbreviated()),
                "grown from",
                node));
    batch.ifPresent(digest ->
        link(
            version,
            new LineageNode(Kind.BATCH, digest, "batch " + digest.abbreviated()),
            "labelled in",
            node));
  }

  void moved(Name project, String branch, GitCommit commit, String who, Instant at) {
    announcements.publish(
        new Audited(
            UUID.randomUUID(),
            project.text(),
            who,
            "pushed to " + branch,
            commit.sha(),
            "done",
            at));
  }

  void refused(
      Name project, String branch, GitCommit commit, String who, int findings, Instant at) {
    announcements.publish(
        new Audited(
            UUID.randomUUID(),
            project.text(),
            who,
            "pushed to " + branch,
            commit.sha(),
            "refused: %d findings".formatted(findings),
            at));
  }

  private void link(DatasetVersion version, LineageNode from, String verb, LineageNode to) {
    announcements.publish(new LineageLinked(version.project(), from, verb, to, version.at()));
  }

  /** A version in the lineage graph. */
  static LineageNode node(DatasetVersion version) {
    return node(version.digest(), "%s %d".formatted(version.dataset(), version.number()));
  }

  /** A commit in the lineage graph. */
  static LineageNode node(GitCommit commit) {
    return LineageNode.named(Kind.COMMIT, commit.sha(), "commit " + commit.abbreviated());
  }

  private static LineageNode node(Digest digest, String label) {
    return new LineageNode(Kind.DATASET_VERSION, digest, label);
  }
}
