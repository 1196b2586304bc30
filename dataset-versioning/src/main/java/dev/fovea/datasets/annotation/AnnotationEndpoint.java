package dev.fovea.datasets.annotation;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.BatchClosed;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.ItemHeldByAnother;
import dev.fovea.datasets.annotation.FrameSelector.Chosen;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.datasets.versions.ProjectLocks;
import dev.fovea.datasets.versions.Versions;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import dev.fovea.roles.Callers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AnnotationEndpoint implements Annotation {
  private static final int MAX_BUDGET = 1_000;

  private final BatchSelection selection;
  private final BatchLedger ledger;
  private final BatchCommit commits;
  private final Versions versions;
  private final ProjectLocks locks;

  AnnotationEndpoint(
      BatchSelection selection,
      BatchLedger ledger,
      BatchCommit commits,
      Versions versions,
      ProjectLocks locks) {
    this.selection = selection;
    this.ledger = ledger;
    this.commits = commits;
    this.versions = versions;
    this.locks = locks;
  }

  @Override
  public Batch select(Name project, Selection wanted) {
    if (wanted.budget() < 1 || wanted.budget() > MAX_BUDGET) {
      throw new InvalidRequest(
          "budget: %d (expected: 1 to %d items)".formatted(wanted.budget(), MAX_BUDGET),
          "choose several batches one after the other");
    }
    var head =
        versions
            .head(project, Repositories.MAIN, wanted.dataset())
            .orElseThrow(() ->
                new NoSuchThing(
                    "dataset", wanted.dataset().text(), "push a first version of it to main"));
    try {
      List<Chosen> chosen = selection.choose(project, head, wanted);
      var digest = BatchSelection.digest(wanted, chosen);
      ledger.add(project, digest, wanted, head.classes(), chosen);
      return batch(project, digest);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifest of " + head.digest(), e);
    }
  }

  @Override
  public List<Batch> batches(Name project) {
    return ledger.batches(project);
  }

  @Override
  public Batch batch(Name project, Digest batch) {
    return ledger
        .batch(project, batch)
        .orElseThrow(() ->
            new NoSuchThing(
                "batch", batch.toString(), "run 'fovea batches' to see those that exist"));
  }

  @Override
  public List<Item> items(Name project, Digest batch) {
    return ledger.items(project, batch(project, batch).digest());
  }

  @Override
  public Optional<Item> lease(Name project, Digest batch) {
    return ledger.lease(project, batch(project, batch).digest(), Callers.current().subject());
  }

  @Override
  public Item label(Name project, Digest batch, int number, Answer answer) {
    var found = batch(project, batch);
    item(project, batch, number);
    answer
        .label()
        .filter(label -> !found.classes().contains(label))
        .ifPresent(label -> {
          throw new InvalidRequest(
              "label '%s' is no class of this batch (expected: one of %s)"
                  .formatted(Text.excerpt(label), String.join(", ", found.classes())),
              "choose one of them, or send no label when the frame shows nothing");
        });
    if (!ledger.judge(project, batch, number, Callers.current().subject(), answer.label())) {
      if (ledger.isClosed(project, batch)) {
        throw new BatchClosed(batch);
      }
      throw new ItemHeldByAnother(
          number, item(project, batch, number).holder().orElse("another annotator"));
    }
    return item(project, batch, number);
  }

  private Item item(Name project, Digest batch, int number) {
    return ledger
        .item(project, batch, number)
        .orElseThrow(() ->
            new NoSuchThing(
                "item in batch " + batch.abbreviated(),
                String.valueOf(number),
                "lease the next item"));
  }

  @Override
  public DatasetVersion commit(Name project, Digest batch) {
    try (var _ = locks.hold(project)) {
      var found = batch(project, batch);
      ledger.close(project, batch);
      try {
        return commits.commit(
            project, found, ledger.items(project, batch), Callers.current().subject());
      } catch (RuntimeException | IOException e) {
        ledger.reopen(project, batch);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot commit batch " + batch, e);
    }
  }
}
