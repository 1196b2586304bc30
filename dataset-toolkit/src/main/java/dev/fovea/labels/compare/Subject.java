package dev.fovea.labels.compare;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape.Box;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An annotation with what it is compared by, in orders that depend on what it says alone. */
final class Subject {
  // So that a point, or a line along an axis, has a place that another can overlap.
  private static final double SHORTEST_SIDE = 1;

  /** By the number that the source gives it; those without one first. */
  static final Comparator<Subject> BY_ID =
      Comparator.comparing((Subject one) -> one.id().isPresent())
          .thenComparingLong(one -> one.id().orElse(0));

  static final Comparator<Subject> BY_LABEL = Comparator.comparing(one -> one.content.label());

  /** By its bounds; those without finite ones by the kind of their shape. */
  static final Comparator<Subject> BY_PLACE = Subject::comparePlace;

  /** By everything but its number; 0 for equal ones alone. */
  static final Comparator<Subject> BY_CONTENT =
      BY_LABEL.thenComparing(BY_PLACE).thenComparing(Subject::compareRest);

  final int index;
  private final OptionalLong id;
  private final Annotation content;
  private final @Nullable Box place;
  private @Nullable String text;

  /**
   * @param index in its list
   */
  Subject(int index, Annotation annotation) {
    this.index = index;
    this.id = annotation.id();
    this.content = annotation.withId(OptionalLong.empty());
    this.place = annotation.bounds().flatMap(Subject::upright).orElse(null);
  }

  private static Optional<Box> upright(Box box) {
    boolean finite = Double.isFinite(box.x1() + box.y1() + box.x2() + box.y2());
    return finite
        ? box.bounds()
            .map(bounds ->
                new Box(
                    Math.min(bounds.x1(), bounds.x2()),
                    Math.min(bounds.y1(), bounds.y2()),
                    Math.max(bounds.x1(), bounds.x2()),
                    Math.max(bounds.y1(), bounds.y2())))
        : Optional.empty();
  }

  OptionalLong id() {
    return id;
  }

  boolean isOfClassOf(Subject other) {
    return content.label().equals(other.content.label());
  }

  /** Its bounds, of sides of at least one pixel; absent where it has none, or infinite ones. */
  Optional<Box> place() {
    return Optional.ofNullable(place).map(Subject::grown);
  }

  private static Box grown(Box box) {
    double dx = Math.max(0, SHORTEST_SIDE - (box.x2() - box.x1())) / 2;
    double dy = Math.max(0, SHORTEST_SIDE - (box.y2() - box.y1())) / 2;
    return new Box(box.x1() - dx, box.y1() - dy, box.x2() + dx, box.y2() + dy);
  }

  private static int comparePlace(Subject a, Subject b) {
    if (a.place == null || b.place == null) {
      int placed = Boolean.compare(a.place != null, b.place != null);
      return placed != 0
          ? placed
          : a.content
              .shape()
              .getClass()
              .getName()
              .compareTo(b.content.shape().getClass().getName());
    }
    int order = Double.compare(a.place.x1(), b.place.x1());
    order = order != 0 ? order : Double.compare(a.place.y1(), b.place.y1());
    order = order != 0 ? order : Double.compare(a.place.x2(), b.place.x2());
    return order != 0 ? order : Double.compare(a.place.y2(), b.place.y2());
  }

  private static int compareRest(Subject a, Subject b) {
    return a == b || a.content.equals(b.content) ? 0 : a.text().compareTo(b.text());
  }

  // One text for one content; made only where classes and places are equal.
  private String text() {
    if (text == null) {
      var all = new StringBuilder();
      all.append(content.shape() instanceof Mask mask ? mask.compressed() : content.shape())
          .append(content.keypoints())
          .append(content.box())
          .append(content.area())
          .append(content.traits());
      content
          .attributes()
          .forEach((name, value) ->
              all.append(name.length())
                  .append(name)
                  .append(value.getClass().getSimpleName())
                  .append(value.toString().length())
                  .append(value));
      all.append('|');
      new TreeMap<>(content.extras().fields())
          .forEach((name, value) ->
              all.append(name.length()).append(name).append(value.length()).append(value));
      if (content.shape() instanceof Mask mask) {
        all.append(mask.size());
      }
      text = all.toString();
    }
    return text;
  }
}
