package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.images.DecodedSizes;
import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.format.LabelFormat.ImageConsumer;
import dev.fovea.labels.format.LabelsTooLarge;
import dev.fovea.teamfile.DatasetSpec.Check;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Takes the images of label files, one by one, and keeps of each what a manifest needs. */
final class ReadImages implements ImageConsumer {
  private static final int MOST_SPLITS = 1_000;

  private final PushedFolder folder;
  private final DecodedSizes sizes;
  private final LabelBounds bounds;
  private final SoundObjects sound = new SoundObjects();
  private final List<LabelledFile> files = new ArrayList<>();
  private final Set<String> named = new HashSet<>();
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, Strays> strays = new TreeMap<>();
  private int images;
  private int objects;
  private long outlineNumbers;

  private record Strays(String example, int images) {
    Strays oneMore(Strays other) {
      return new Strays(example, images + other.images);
    }
  }

  ReadImages(PushedFolder folder, DecodedSizes sizes, LabelBounds bounds) {
    this.folder = folder;
    this.sizes = sizes;
    this.bounds = bounds;
  }

  /**
   * {@inheritDoc}
   *
   * @throws LabelsTooLarge when there are more images or objects than may be
   */
  @Override
  public void accept(LabelledImage image) throws LabelsTooLarge {
    if (++images > bounds.files().images()) {
      throw new LabelsTooLarge("", "more than %d images".formatted(bounds.files().images()));
    }
    named.add(image.path());
    var split = SplitName.of(image.split());
    if (split.isEmpty()) {
      if (strays.size() < MOST_SPLITS || strays.containsKey(image.split())) {
        strays.merge(image.split(), new Strays(image.path(), 1), Strays::oneMore);
      }
      return;
    }
    files.add(
        new LabelledFile(
            image.path(),
            label(image),
            split.get(),
            image.slice(),
            objects(image),
            image.path(),
            0));
  }

  private String label(LabelledImage image) {
    var labels =
        image.annotations().stream()
            .filter(annotation -> annotation.shape() instanceof WholeImage)
            .map(Annotation::label)
            .distinct()
            .toList();
    if (labels.size() > 1) {
      folder.refuse(
          image.path(),
          0,
          "labels",
          "has %d classes as a whole, %s among them (expected: at most 1)"
              .formatted(labels.size(), Text.excerpt(labels.getFirst())));
    }
    return labels.isEmpty() ? "" : shared(labels.getFirst());
  }

  private List<LabelledObject> objects(LabelledImage image) throws LabelsTooLarge {
    Optional<ImageSize> size = sizes.of(image.path());
    if (size.isEmpty()) {
      return List.of(); // the image is not there or does not decode, and is found as such
    }
    var all = new ArrayList<LabelledObject>();
    for (var annotation : image.annotations()) {
      if (annotation.shape() instanceof WholeImage) {
        continue;
      }
      if (annotation.bounds().isEmpty()) {
        folder.find(
            Check.INVALID_OBJECT,
            image.path(),
            0,
            "an object of class '%s' has no place: no pixel and no keypoint"
                .formatted(Text.excerpt(annotation.label())));
      }
      var object = sound.of(annotation.withLabel(shared(annotation.label())), size.get());
      if (object.isPresent()) {
        count(object.get(), image.path());
        all.add(object.get());
      }
    }
    return List.copyOf(all);
  }

  private void count(LabelledObject object, String path) throws LabelsTooLarge {
    if (++objects > bounds.objects()) {
      throw new LabelsTooLarge(
          path, "with it the dataset has more than %d objects".formatted(bounds.objects()));
    }
    for (var part : object.outline()) {
      outlineNumbers += 2L * part.size();
    }
    if (outlineNumbers > bounds.outlineNumbers()) {
      throw new LabelsTooLarge(
          path,
          "with it the dataset's outlines have more than %d coordinates"
              .formatted(bounds.outlineNumbers()));
    }
  }

  // One text for each class, not one for each object.
  private String shared(String label) {
    return names.computeIfAbsent(label, name -> name);
  }

  /** How many there were, whatever became of them. */
  int images() {
    return images;
  }

  /**
   * What was read, and finds the splits that are none.
   *
   * @param classes of the label files
   */
  Labels labels(List<String> classes, boolean ofObjects) {
    strays.forEach((split, found) ->
        folder.refuse(
            "",
            0,
            "labels",
            "split '%s' of %d images, such as %s (expected: train, val or test)"
                .formatted(Text.excerpt(split), found.images(), found.example())));
    return new Labels(files, named, classes, ofObjects);
  }

  /** Whether images have classes as a whole and nothing has objects. */
  boolean areClassified() {
    return files.stream().noneMatch(file -> !file.objects().isEmpty())
        && files.stream().anyMatch(file -> !file.label().isEmpty());
  }
}
