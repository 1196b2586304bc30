package dev.fovea.labels.merge;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Extras;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All labels of one side, by the image's path. */
record HeldImages(Classes classes, Map<String, LabelledImage> images) {
  // Of 8 bytes or so; three sides are held at once.
  private static final long MOST_NUMBERS = 12_000_000;
  private static final int PER_IMAGE = 40;
  private static final int PER_OBJECT = 30;

  /**
   * Reads a whole dataset.
   *
   * @param side its name for messages
   * @throws LabelMistake when a file is not of the format, names an image twice, or the dataset is
   *     too large to be held
   */
  static HeldImages read(LabelFormat format, LabelSource source, String side)
      throws IOException, LabelMistake {
    var classes = format.classes(source);
    var holding = new Holding(side);
    format.read(source, holding::add);
    holding.requireFine();
    return new HeldImages(classes, holding.images);
  }

  Optional<LabelledImage> find(String path) {
    return Optional.ofNullable(images.get(path));
  }

  /** What is held so far. */
  private static final class Holding {
    private final String side;
    private final Map<String, LabelledImage> images = new LinkedHashMap<>();
    private long numbers;
    private @Nullable LabelMistake mistake;

    Holding(String side) {
      this.side = side;
    }

    void add(LabelledImage image) throws IOException {
      numbers += PER_IMAGE + numbers(image.extras());
      for (var annotation : image.annotations()) {
        numbers += PER_OBJECT + numbers(annotation);
      }
      if (numbers > MOST_NUMBERS) {
        throw new IOException(
            "%s holds more than %d numbers in all (expected: at most so many, since three versions are held at once): merge its splits one by one"
                .formatted(side, MOST_NUMBERS));
      }
      if (images.putIfAbsent(image.path(), image) != null && mistake == null) {
        mistake =
            new LabelMistake(
                side,
                0,
                "image '%s' twice (expected: once, since objects are found by their image)"
                    .formatted(Text.excerpt(image.path())));
      }
    }

    void requireFine() throws LabelMistake {
      if (mistake != null) {
        throw mistake;
      }
    }

    private static long numbers(Annotation annotation) {
      long outline =
          switch (annotation.shape()) {
            case WholeImage _, KeypointsOnly _ -> 0;
            case Box _ -> 5;
            case Polygons polygons ->
                polygons.parts().stream().mapToLong(part -> 2L * part.size()).sum();
            case Polyline polyline -> 2L * polyline.line().size();
            case Points points -> 2L * points.points().size();
            case Mask mask -> mask.runs().length;
          };
      return outline
          + 4L * annotation.keypoints().size()
          + 10L * annotation.attributes().size()
          + numbers(annotation.extras());
    }

    // A character takes a byte or two.
    private static long numbers(Extras extras) {
      return extras.fields().entrySet().stream()
          .mapToLong(each -> 20 + (each.getKey().length() + each.getValue().length()) / 4)
          .sum();
    }
  }
}
