package dev.fovea.datasets.history;

import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.ObjectDiff;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.versions.ObjectComparison;
import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.RestController;

@RestController
class HistoryEndpoint implements ImageHistories {
  /** More than what one version can do to one path, so that a page ends between two versions. */
  private static final int MIN_LIMIT = 10;

  private static final int MAX_LIMIT = 1_000;

  private final ImageChanges changes;
  private final ObjectStore objects;

  HistoryEndpoint(ImageChanges changes, ObjectStore objects) {
    this.changes = changes;
    this.objects = objects;
  }

  /**
   * A change on the way.
   *
   * @param path that the image was looked for under
   */
  private record Step(String path, Change change) {}

  @Override
  public ImageHistory history(Name project, Name dataset, String path, int before, int limit) {
    if (limit < MIN_LIMIT || limit > MAX_LIMIT) {
      throw new InvalidRequest(
          "limit: %d (expected: %d to %d changes)".formatted(limit, MIN_LIMIT, MAX_LIMIT),
          "ask for the rest with what 'next' says");
    }
    requireInside(path);
    var steps = follow(project, dataset, path, before, limit + 1);
    int waiting = changes.missing(project, dataset);
    if (steps.isEmpty() && before == Integer.parseInt(NEWEST) && waiting == 0) {
      throw new NoSuchThing(
          "image in dataset " + dataset,
          Text.excerpt(path),
          "give its path inside the dataset folder, as 'fovea dataset diff' shows it");
    }
    return page(steps, limit, waiting);
  }

  private static void requireInside(String path) {
    RelativePath.fault(path)
        .ifPresent(fault -> {
          throw new InvalidRequest(
              "path: '%s' %s".formatted(Text.excerpt(path), fault),
              "give it as it is inside the dataset folder, such as images/0001.png");
        });
  }

  @Override
  public Sides sides(Name project, Name dataset, Digest version, String path) {
    requireInside(path);
    var change =
        changes
            .of(project, dataset, version, path)
            .orElseThrow(() ->
                new NoSuchThing(
                    "change of %s by version".formatted(Text.excerpt(path)),
                    version.toString(),
                    "give a version that its history names"));
    var before = change.parent().flatMap(parent -> sample(parent, change.before()));
    var after = sample(version, change.after());
    return new Sides(
        before,
        after,
        before.isPresent() && after.isPresent()
            ? ObjectComparison.between(before.get(), after.get())
            : ObjectDiff.NONE);
  }

  private Optional<Sample> sample(Digest version, Optional<Place> place) {
    try {
      return place.isEmpty()
          ? Optional.empty()
          : Manifest.find(objects, version, place.get().path());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifest of " + version, e);
    }
  }

  // Each rename leads to versions with smaller numbers, and brings one step at least.
  private List<Step> follow(Name project, Name dataset, String path, int before, int most) {
    var steps = new ArrayList<Step>();
    var name = Optional.of(path);
    int below = before;
    while (name.isPresent() && steps.size() < most) {
      var now = name.get();
      name = Optional.empty();
      for (var change : changes.of(project, dataset, now, below, most - steps.size())) {
        steps.add(new Step(now, change));
        var earlier = renamedFrom(change, now);
        if (earlier.isPresent()) {
          name = earlier;
          below = change.number();
          break;
        }
      }
    }
    return steps;
  }

  private static Optional<String> renamedFrom(Change change, String path) {
    return change.what().contains(What.RENAMED)
        ? change
            .after()
            .filter(after -> after.path().equals(path))
            .flatMap(_ -> change.before().map(Place::path))
        : Optional.empty();
  }

  private static ImageHistory page(List<Step> steps, int limit, int waiting) {
    if (steps.size() <= limit) {
      return new ImageHistory(steps.stream().map(Step::change).toList(), Optional.empty(), waiting);
    }
    int cut = steps.get(limit).change().number();
    var shown = steps.stream().takeWhile(step -> step.change().number() > cut).toList();
    var first = steps.get(shown.size());
    return new ImageHistory(
        shown.stream().map(Step::change).toList(),
        Optional.of(new Next(first.path(), cut + 1)),
        waiting);
  }
}
