package dev.fovea.labels.voc;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.LabelWriter;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Pascal VOC's boxes (VOC2012 devkit, section 4): {@code Annotations/NAME.xml} for each image and
 * {@code ImageSets/Main/SPLIT.txt} with the names of each split. The upper left pixel is (1, 1) and
 * {@code xmax}, {@code ymax} are pixels of the object, so that one pixel is 1, 1, 1, 1: here [0, 1)
 * by [0, 1). Parts, actions and poses of objects, and masks in PNG files, are not read.
 *
 * <p>An image lies where {@code folder} and {@code filename} say, else in {@code JPEGImages}.
 *
 * <p>Reading holds the names that the lists of {@code ImageSets/Main} name.
 */
public final class Voc implements LabelFormat {
  private static final Set<Feature> HOLDS =
      Collections.unmodifiableSet(
          EnumSet.of(
              Feature.SPLIT,
              Feature.IMAGE_SIZE,
              Feature.BACKGROUND,
              Feature.BOX,
              Feature.OCCLUDED,
              Feature.TRUNCATED,
              Feature.DIFFICULT));

  /** How the files count pixels; many tools write VOC's XML without VOC's counting. */
  public enum Counting {
    /** From 1, to the last pixel inside, as VOC has it. */
    FROM_ONE(1),
    /** From 0, to the edge, as the numbers are used here. */
    FROM_ZERO(0);

    private final int first;

    Counting(int first) {
      this.first = first;
    }

    /** The number of the first pixel. */
    int first() {
      return first;
    }
  }

  private final Counting counting;

  /** Counting from 1. */
  public Voc() {
    this(Counting.FROM_ONE);
  }

  public Voc(Counting counting) {
    this.counting = counting;
  }

  @Override
  public String name() {
    return "Pascal VOC";
  }

  @Override
  public Set<Feature> holds() {
    return HOLDS;
  }

  /** Reads every file; sorted by name, as VOC has no list. */
  @Override
  public Classes classes(LabelSource source) throws IOException, LabelMistake {
    var names = new TreeSet<String>();
    read(
        source.silent(),
        image -> image.annotations().stream().map(Annotation::label).forEach(names::add));
    return Classes.named(names);
  }

  @Override
  public void read(LabelSource source, ImageConsumer images) throws IOException, LabelMistake {
    new VocReader(source, counting).read(images);
  }

  @Override
  public LabelWriter open(Sink sink, Classes classes) {
    return new VocWriter(sink, counting);
  }
}
