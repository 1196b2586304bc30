package dev.fovea.pipelines;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import java.util.List;
import java.util.Optional;

/**
 * Both variants beside each other on the test split: class by class, and on the images on which
 * INT8 is worst. It decides nothing.
 *
 * @param measure of a class: {@code recall} or {@code average precision}
 * @param counted what a class has in the split: {@code images} or {@code objects}
 * @param on what it was measured on, with its count
 * @param classes those that fall most first, at most {@value #MOST_CLASSES}
 * @param classesLeft how many more there are
 * @param images the worst first, at most {@value #MOST_IMAGES}
 * @param imagesLeft how many more there are that INT8 does not get all right
 */
public record Comparison(
    String measure,
    String counted,
    String on,
    List<OfClass> classes,
    int classesLeft,
    List<Pair> images,
    int imagesLeft) {
  /** How many classes are kept; of more, those that fall most. */
  public static final int MOST_CLASSES = 100;

  /** How many images are kept. */
  public static final int MOST_IMAGES = 12;

  public Comparison {
    classes = List.copyOf(classes);
    images = List.copyOf(images);
  }

  /**
   * A class that the test split has. Values are shares, 0 to 1, with their 95 % interval; both ends
   * are the value itself where an average precision has none, and in verdicts of before they had
   * one.
   *
   * @param count how many images or objects of it there are
   * @param images in how many images its objects are; absent, and left out of the JSON, where
   *     images are counted, and in verdicts of before
   * @param change INT8 less FP32, with the interval for answers to the same images
   */
  public record OfClass(
      String name,
      int count,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
          Optional<Integer> images,
      Bounded fp32,
      Bounded int8,
      Bounded change) {
    /** A class of which images are counted. */
    public OfClass(String name, int count, Bounded fp32, Bounded int8, Bounded change) {
      this(name, count, Optional.empty(), fp32, int8, change);
    }
  }

  /**
   * An image, and what each variant said to it.
   *
   * @param label its class; empty where it is about objects in it
   * @param there the objects that are in it, at most 32; none where it is about a class
   */
  public record Pair(
      Digest image,
      String path,
      Optional<String> slice,
      String label,
      List<Box> there,
      Said fp32,
      Said int8) {
    public Pair {
      there = List.copyOf(there);
    }
  }

  /**
   * What a variant said.
   *
   * @param answer the class; empty where it is about objects, or an output was not finite
   * @param value the confidence of the answer, 0 to 1; of objects the image's own average
   *     precision, and where nothing is there, 1 less the score of the surest detection
   * @param found the surest detections from a score of 0.25 on, at most 16
   */
  public record Said(String answer, double value, List<Box> found) {
    public Said {
      found = List.copyOf(found);
    }
  }

  /**
   * A box in pixels of the image, to a tenth.
   *
   * @param name its class
   * @param score of a detection, 0 to 1; 1 for what is there
   */
  public record Box(String name, double x1, double y1, double x2, double y2, double score) {}
}
