package dev.fovea.web;

import static dev.fovea.web.Samples.DIGITS;
import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.READER;
import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.image;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.BatchNotLabelled;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.ItemHeldByAnother;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One open batch of twelve items, two of them done and one held by another person, and one that is
 * committed.
 */
final class SampleAnnotation implements Annotation {
  /** What arrived. */
  record Asked(int number, Answer answer) {}

  final List<Asked> asked = new ArrayList<>();
  final List<Selection> selections = new ArrayList<>();
  final Digest open = digest("batch open");
  final Digest committed = digest("batch committed");
  private final SampleDatasets datasets;

  SampleAnnotation(SampleDatasets datasets) {
    this.datasets = datasets;
  }

  @Override
  public Batch select(Name project, Selection selection) {
    selections.add(selection);
    if (selection.budget() > 1_000) {
      throw new InvalidRequest(
          "budget: %d (expected: 1 to 1000 items)".formatted(selection.budget()),
          "choose several batches one after the other");
    }
    return batch(project, open);
  }

  @Override
  public List<Batch> batches(Name project) {
    return project.equals(PARCELS)
        ? List.of(
            new Batch(
                open,
                DIGITS,
                READER,
                Samples.CLASSES,
                12,
                (int)
                    items(project, open).stream()
                        .filter(i -> i.label().isPresent() || !i.usable())
                        .count(),
                Optional.empty(),
                minutesAgo(48)),
            new Batch(
                committed,
                DIGITS,
                READER,
                Samples.CLASSES,
                100,
                97,
                Optional.of(digest("dataset 2")),
                minutesAgo(3000)))
        : List.of();
  }

  @Override
  public Batch batch(Name project, Digest batch) {
    return batches(project).stream()
        .filter(b -> b.digest().equals(batch))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("batch", batch.toString(), "see the list"));
  }

  @Override
  public List<Item> items(Name project, Digest batch) {
    var items = new ArrayList<Item>();
    for (int n = 1; n <= 12; n++) {
      int number = n;
      var answer = asked.stream().filter(a -> a.number() == number).reduce((_, last) -> last);
      var label =
          answer
              .map(Asked::answer)
              .map(Answer::label)
              .orElse(n == 1 ? Optional.of("4") : Optional.empty());
      var unusable = answer.map(a -> a.answer().label().isEmpty()).orElse(n == 2);
      items.add(
          new Item(
              batch,
              n,
              image(n),
              String.valueOf(n % 10),
              .31 + n / 40.0,
              "the model cannot tell %d from %d: 0.51 against 0.47, and it is unlike 2,310 labelled frames"
                  .formatted(n % 10, (n + 4) % 10),
              label,
              !unusable,
              label.isPresent() || unusable
                  ? Optional.of("grace")
                  : n == 5 ? Optional.of("heidi") : Optional.empty()));
    }
    return items;
  }

  @Override
  public Optional<Item> lease(Name project, Digest batch) {
    return items(project, batch).stream()
        .filter(i -> i.label().isEmpty() && i.usable() && i.holder().isEmpty())
        .findFirst();
  }

  @Override
  public Item label(Name project, Digest batch, int number, Answer answer) {
    if (number == 5) {
      throw new ItemHeldByAnother(5, "heidi");
    }
    asked.add(new Asked(number, answer));
    return items(project, batch).get(number - 1);
  }

  @Override
  public DatasetVersion commit(Name project, Digest batch) {
    if (asked.isEmpty()) {
      throw new BatchNotLabelled(batch);
    }
    return datasets.head(project, DIGITS);
  }
}
