package dev.fovea.datasets.annotation;

import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.datasets.Annotation.Item;
import dev.fovea.datasets.Annotation.Selection;
import dev.fovea.datasets.annotation.FrameSelector.Chosen;
import dev.fovea.datasets.versions.Announcements;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Batches with their items, and where both come from. */
@Component
class BatchLedger {
  private final Batches batches;
  private final Items items;
  private final Announcements announcements;
  private final TransactionTemplate transaction;
  private final SelectionProperties properties;

  BatchLedger(
      Batches batches,
      Items items,
      Announcements announcements,
      TransactionTemplate transaction,
      SelectionProperties properties) {
    this.batches = batches;
    this.items = items;
    this.announcements = announcements;
    this.transaction = transaction;
    this.properties = properties;
  }

  /** Adds a batch with its items; the same frames chosen again change nothing. */
  void add(
      Name project, Digest batch, Selection selection, List<String> classes, List<Chosen> chosen) {
    transaction.executeWithoutResult(_ -> {
      if (!batches.add(project, batch, selection.dataset(), selection.model(), classes)) {
        return;
      }
      for (int i = 0; i < chosen.size(); i++) {
        items.add(project, batch, i + 1, chosen.get(i));
        link(project, batch, chosen.get(i));
      }
    });
  }

  private void link(Name project, Digest batch, Chosen chosen) {
    var seen = chosen.frame();
    var frame = new LineageNode(Kind.FRAME, seen.image(), "frame " + seen.image().abbreviated());
    var variant =
        new LineageNode(
            Kind.VARIANT,
            seen.variant(),
            "%s, file %s".formatted(seen.model(), seen.variant().abbreviated()));
    var whole = new LineageNode(Kind.BATCH, batch, "batch " + batch.abbreviated());
    announcements.publish(new LineageLinked(project, variant, "seen by", frame, seen.seen()));
    announcements.publish(new LineageLinked(project, frame, "chosen from", whole, Instant.now()));
  }

  List<Batch> batches(Name project) {
    return batches.all(project);
  }

  Optional<Batch> batch(Name project, Digest digest) {
    return batches.find(project, digest);
  }

  List<Item> items(Name project, Digest batch) {
    return items.of(project, batch);
  }

  Optional<Item> item(Name project, Digest batch, int number) {
    return items.find(project, batch, number);
  }

  Optional<Item> lease(Name project, Digest batch, String who) {
    return items.lease(project, batch, who, properties.lease());
  }

  /**
   * Whether the judgement is written; not so when somebody else has the item or the batch is
   * closed.
   */
  boolean judge(Name project, Digest batch, int number, String who, Optional<String> label) {
    return items.judge(project, batch, number, who, label);
  }

  boolean isClosed(Name project, Digest batch) {
    return batches.isClosed(project, batch);
  }

  void close(Name project, Digest batch) {
    batches.close(project, batch);
  }

  void reopen(Name project, Digest batch) {
    batches.reopen(project, batch);
  }
}
