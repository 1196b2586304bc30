package dev.fovea.labels.format;

import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.files.Sink;
import java.io.IOException;
import java.util.Set;

/**
 * One way of keeping labels in files. A reader reads what is there: a box that is inverted, empty,
 * not finite or outside its image is handed on and found (see {@link Finding}); it refuses only a
 * file that is not of the format. Readers and writers hold one image at a time, or say what more.
 */
public interface LabelFormat {
  /** As people say it, such as {@code YOLO segment}. */
  String name();

  /** What a round trip through the format keeps. */
  Set<Feature> holds();

  /**
   * Whether coordinates are stored as fractions of the image, so that neither reading nor writing
   * is possible without its size.
   */
  default boolean measuresInFractions() {
    return false;
  }

  /**
   * The classes of a dataset, in the format's order; where it has none, sorted by name. May read
   * every file.
   *
   * @throws LabelMistake when a file is not of the format
   */
  Classes classes(LabelSource source) throws IOException, LabelMistake;

  /**
   * Hands on every image, in an order that depends on the files alone.
   *
   * @throws LabelMistake when a file is not of the format
   */
  void read(LabelSource source, ImageConsumer images) throws IOException, LabelMistake;

  /**
   * Begins writing. The writer is given only what the format {@link #holds}, and nothing that is
   * not finite; {@code dev.fovea.labels.convert.Conversion} sees to that and reports what is lost.
   *
   * @param classes of everything that will be written
   */
  LabelWriter open(Sink sink, Classes classes) throws IOException;

  /** Takes images, one by one. */
  @FunctionalInterface
  interface ImageConsumer {
    void accept(LabelledImage image) throws IOException;
  }
}
