package dev.fovea.labels;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One object in an image, or one class of the whole image.
 *
 * @param label the name of its class
 * @param shape where it is
 * @param keypoints in the order of the class's keypoint names; empty where none is marked
 * @param box the box that the source states beside another shape; absent where it is that shape's
 *     bounds
 * @param area in square pixels, as the source states it; absent where it is the shape's
 * @param id the number that the source gives it, unique within its file
 * @param attributes free ones by name; each value is a String, a Boolean, a Long or a finite Double
 * @param extras what else the source says of it
 */
public record Annotation(
    String label,
    Shape shape,
    List<Keypoint> keypoints,
    Optional<Shape.Box> box,
    OptionalDouble area,
    OptionalLong id,
    Traits traits,
    Map<String, Object> attributes,
    Extras extras) {
  public Annotation {
    keypoints = List.copyOf(keypoints);
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    attributes.forEach(Annotation::requireValue);
  }

  private static void requireValue(String name, Object value) {
    boolean fine =
        switch (value) {
          case String _, Boolean _, Long _ -> true;
          case Double number -> Double.isFinite(number);
          default -> false;
        };
    if (!fine) {
      throw new IllegalArgumentException(
          "attribute '%s': %s (expected: text, true or false, a whole or a finite number)"
              .formatted(name, value));
    }
  }

  /** An object of which the source says nothing else. */
  public Annotation(
      String label,
      Shape shape,
      List<Keypoint> keypoints,
      Optional<Shape.Box> box,
      OptionalDouble area,
      OptionalLong id,
      Traits traits,
      Map<String, Object> attributes) {
    this(label, shape, keypoints, box, area, id, traits, attributes, Extras.NONE);
  }

  /** An object of which nothing but class and place is known. */
  public static Annotation of(String label, Shape shape) {
    return new Annotation(
        label,
        shape,
        List.of(),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Traits.NONE,
        Map.of());
  }

  /** The box around it: the stated one, else the bounds of its shape, else of its keypoints. */
  public Optional<Shape.Box> bounds() {
    return box.or(shape::bounds).or(() -> Keypoint.bounds(keypoints));
  }

  public Annotation withLabel(String other) {
    return new Annotation(other, shape, keypoints, box, area, id, traits, attributes, extras);
  }

  public Annotation withShape(Shape other) {
    return new Annotation(label, other, keypoints, box, area, id, traits, attributes, extras);
  }

  public Annotation withKeypoints(List<Keypoint> others) {
    return new Annotation(label, shape, others, box, area, id, traits, attributes, extras);
  }

  public Annotation withBox(Optional<Shape.Box> other) {
    return new Annotation(label, shape, keypoints, other, area, id, traits, attributes, extras);
  }

  public Annotation withArea(OptionalDouble other) {
    return new Annotation(label, shape, keypoints, box, other, id, traits, attributes, extras);
  }

  public Annotation withId(OptionalLong other) {
    return new Annotation(label, shape, keypoints, box, area, other, traits, attributes, extras);
  }

  public Annotation withTraits(Traits others) {
    return new Annotation(label, shape, keypoints, box, area, id, others, attributes, extras);
  }

  public Annotation withAttributes(Map<String, Object> others) {
    return new Annotation(label, shape, keypoints, box, area, id, traits, others, extras);
  }

  public Annotation withExtras(Extras others) {
    return new Annotation(label, shape, keypoints, box, area, id, traits, attributes, others);
  }
}
