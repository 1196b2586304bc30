package dev.fovea.labels.folder;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.files.Folder;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.LabelWriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Classes by place: {@code split/class/…/file}, as torchvision's ImageFolder has them for each
 * split. Only what has the suffix of an image counts. A writer puts a copy of every image where its
 * class is, so paths change: {@code images/a/b.jpg} of class {@code cat} in {@code train} becomes
 * {@code train/cat/images__a__b.jpg}. An image has one class here: of several, the first.
 */
public final class ImageFolder implements LabelFormat {
  private static final Set<String> SUFFIXES =
      Set.of("jpg", "jpeg", "png", "ppm", "bmp", "pgm", "tif", "tiff", "webp", "gif");
  private static final String UNNAMED = "unsplit";
  private static final Set<Feature> HOLDS =
      Collections.unmodifiableSet(EnumSet.of(Feature.SPLIT, Feature.WHOLE_IMAGE));

  private final Folder images;

  /**
   * @param images where a writer finds the images
   */
  public ImageFolder(Folder images) {
    this.images = images;
  }

  @Override
  public String name() {
    return "ImageFolder";
  }

  @Override
  public Set<Feature> holds() {
    return HOLDS;
  }

  /** The names of the folders, sorted, as torchvision numbers them. */
  @Override
  public Classes classes(LabelSource source) throws IOException {
    var names = new TreeSet<String>();
    read(source.silent(), image -> names.add(image.annotations().getFirst().label()));
    return Classes.named(names);
  }

  @Override
  public void read(LabelSource source, ImageConsumer consumer) throws IOException {
    for (var path : source.folder().list("")) {
      var segments = path.split("/", -1);
      if (segments.length >= 3 && isImage(path)) {
        consumer.accept(
            new LabelledImage(
                path,
                segments[0].equals(UNNAMED) ? "" : segments[0],
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                List.of(Annotation.of(segments[1], new WholeImage()))));
      }
    }
  }

  /** Whether a path has the suffix of an image. */
  public static boolean isImage(String path) {
    return SUFFIXES.contains(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  @Override
  public LabelWriter open(Sink sink, Classes classes) {
    return new Copies(images, sink);
  }

  private record Copies(Folder images, Sink sink) implements LabelWriter {
    @Override
    public void accept(LabelledImage image) throws IOException {
      var label = image.annotations().getFirst().label();
      if (label.indexOf('/') >= 0 || image.split().indexOf('/') >= 0) {
        throw new IllegalArgumentException(
            "class '%s' in split '%s' (expected: names of folders)"
                .formatted(label, image.split()));
      }
      var folder = (image.split().isEmpty() ? UNNAMED : image.split()) + "/" + label + "/";
      var target =
          image.path().startsWith(folder) ? image.path() : folder + image.path().replace("/", "__");
      var bytes = images.open(image.path());
      if (bytes.isEmpty()) {
        throw new FileNotFoundException(image.path());
      }
      try (var in = bytes.get();
          var out = sink.create(target)) {
        in.transferTo(out);
      }
    }

    @Override
    public void close() {}
  }
}
