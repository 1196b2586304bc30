package dev.fovea.labels;

import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.convert.Losses;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.ImageSizes;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Labelled images held in memory, for tests. */
public record Dataset(Classes classes, List<LabelledImage> images) {
  public static Dataset of(Classes classes, LabelledImage... images) {
    return new Dataset(classes, List.of(images));
  }

  /** A dataset of one image of 640 x 480 px. */
  public static Dataset of(Classes classes, Annotation... annotations) {
    return of(
        classes,
        new LabelledImage(
            "images/train/a.jpg", "train", new ImageSize(640, 480), Arrays.asList(annotations)));
  }

  public static Dataset read(LabelFormat format, LabelSource source)
      throws IOException, LabelMistake {
    var images = new ArrayList<LabelledImage>();
    format.read(source, images::add);
    return new Dataset(format.classes(source), images);
  }

  public static Dataset read(LabelFormat format, MemoryFolder folder)
      throws IOException, LabelMistake {
    return read(format, LabelSource.of(folder));
  }

  public Losses write(LabelFormat format, MemoryFolder sink) throws IOException {
    var losses = new Losses();
    try (var writer = Conversion.writer(format, sink, classes, losses)) {
      for (var image : images) {
        writer.accept(image);
      }
    }
    return losses;
  }

  /** The sizes of these images. */
  public ImageSizes sizes() {
    return path ->
        images.stream()
            .filter(image -> image.path().equals(path))
            .findFirst()
            .flatMap(LabelledImage::size);
  }

  public LabelledImage image(String path) {
    return images.stream().filter(image -> image.path().equals(path)).findFirst().orElseThrow();
  }

  public Annotation only() {
    return Optional.of(images)
        .filter(list -> list.size() == 1 && list.getFirst().annotations().size() == 1)
        .orElseThrow(() -> new AssertionError("not one annotation of one image: " + images))
        .getFirst()
        .annotations()
        .getFirst();
  }
}
