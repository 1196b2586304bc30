package dev.fovea.web;

import static dev.fovea.web.Samples.DIGITS;
import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.commit;
import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.image;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.ObjectDiff;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.store.NoSuchObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Histories of some images of the sample dataset, and what may be wrong with one. */
final class SampleHistories implements ImageHistories {
  /** Its objects changed. */
  static final String SCENE = "train/3/0013.png";

  /** Renamed and relabelled, with a label from outside. */
  static final String RENAMED = "train/2/0012.png";

  static final String REMOVED = "train/1/0001.png";

  /** Changed by thirty versions. */
  static final String OFTEN = "train/9/0019.png";

  /** A path that no address may hold as it is. */
  static final String ODD = "train/50% off; " + Samples.HOSTILE + ".png";

  /** Of a version that nobody has read yet. */
  static final String WAITING = "train/later.png";

  private static final int OFTEN_CHANGED = 30;

  private final SampleDatasets datasets;

  SampleHistories(SampleDatasets datasets) {
    this.datasets = datasets;
  }

  @Override
  public ImageHistory history(Name project, Name dataset, String path, int before, int limit) {
    if (!project.equals(PARCELS) || !dataset.equals(DIGITS)) {
      throw unknown(path);
    }
    return switch (path) {
      case SCENE ->
          whole(
              change(2, place(path, scene(), "", "train"), place(path, scene(), "", "train")),
              change(1, null, place(path, scene(), "", "train")));
      case RENAMED, ODD ->
          whole(
              change(
                  2,
                  place("fresh/two.png", image(12), "1", "val"),
                  place(path, image(12), Samples.HOSTILE, "train")),
              change(1, null, place("fresh/two.png", image(12), "1", "val")));
      case "fresh/two.png" ->
          whole(
              change(
                  2,
                  place(path, image(12), "1", "val"),
                  place(RENAMED, image(12), Samples.HOSTILE, "train")),
              change(1, null, place(path, image(12), "1", "val")));
      case REMOVED ->
          whole(
              change(2, place(path, image(1), "1", "train"), null),
              change(1, null, place(path, image(1), "1", "train")));
      case OFTEN -> often(before, limit);
      case WAITING -> new ImageHistory(List.of(), Optional.empty(), 2);
      default -> throw unknown(path);
    };
  }

  private static NoSuchThing unknown(String path) {
    return new NoSuchThing("image in dataset digits", path, "give its path inside the dataset");
  }

  private static ImageHistory whole(Change... changes) {
    return new ImageHistory(List.of(changes), Optional.empty(), 0);
  }

  private ImageHistory often(int before, int limit) {
    var changes =
        IntStream.iterate(Math.min(before - 1, OFTEN_CHANGED), n -> n > 0, n -> n - 1)
            .mapToObj(n -> change(n, n == 1 ? null : labelled(n - 1), labelled(n)))
            .toList();
    boolean more = changes.size() > limit;
    var shown = more ? changes.subList(0, limit) : changes;
    return new ImageHistory(
        shown, more ? Optional.of(new Next(OFTEN, shown.getLast().number())) : Optional.empty(), 0);
  }

  private static Place labelled(int number) {
    return place(OFTEN, image(19), String.valueOf(number % 10), "train");
  }

  private static Digest scene() {
    return Digest.sha256(Samples.scene());
  }

  private static Place place(String path, Digest image, String label, String split) {
    return new Place(path, image, label, split, Optional.empty());
  }

  private Change change(int number, @Nullable Place before, @Nullable Place after) {
    var then = Optional.ofNullable(before);
    var now = Optional.ofNullable(after);
    return new Change(
        number,
        version(number),
        number == 1 ? Optional.empty() : Optional.of(version(number - 1)),
        commit("night crop " + number),
        "main",
        "Ada",
        minutesAgo(number == 2 ? 130 : 4000),
        ImageHistories.between(then, now),
        then,
        now);
  }

  private Digest version(int number) {
    return datasets.versions(PARCELS, DIGITS).stream()
        .filter(version -> version.number() == number)
        .findFirst()
        .map(version -> version.digest())
        .orElse(digest("digits " + number));
  }

  @Override
  public Sides sides(Name project, Name dataset, Digest version, String path) {
    var diff = datasets.diff(project, dataset, version(1), version(2));
    return switch (path) {
      case SCENE -> {
        var scene = diff.relabelled().get(1);
        yield new Sides(Optional.of(scene.before()), Optional.of(scene.after()), scene.objects());
      }
      case RENAMED, ODD -> alone(diff.relabelled().get(0).after());
      case REMOVED ->
          new Sides(Optional.of(diff.removed().get(1)), Optional.empty(), ObjectDiff.NONE);
      case OFTEN -> throw new NoSuchObject(version);
      default -> throw unknown(path);
    };
  }

  private static Sides alone(Sample sample) {
    return new Sides(Optional.empty(), Optional.of(sample), ObjectDiff.NONE);
  }
}
