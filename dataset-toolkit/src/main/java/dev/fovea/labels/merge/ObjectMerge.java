package dev.fovea.labels.merge;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.Traits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Merges one object field by field: its class, its place (outline, stated box and stated area,
 * which belong together), its keypoints, each trait, each attribute and each other field.
 */
final class ObjectMerge {
  private static final String GONE = "none";

  private final String image;
  private final Conflicts conflicts;
  private final ExtrasMerge extras;

  ObjectMerge(String image, Conflicts conflicts) {
    this.image = image;
    this.conflicts = conflicts;
    this.extras = new ExtrasMerge(conflicts);
  }

  /** Everything that says where an object is. */
  private record Place(Shape shape, Optional<Box> box, OptionalDouble area) {
    static Place of(Annotation object) {
      return new Place(object.shape(), object.box(), object.area());
    }

    @Override
    public String toString() {
      return shape
          + (box.isPresent() ? " in " + box.get() : "")
          + (area.isPresent() ? " of %s px²".formatted(area.getAsDouble()) : "");
    }
  }

  /** An object that base and both sides have; its number is ours. */
  Annotation merge(Annotation base, Annotation ours, Annotation theirs) {
    return merge(base, base, ours, theirs);
  }

  /**
   * An object that both sides added: of two boxes that are nearly one, ours; of anything else, what
   * one side says alone, or both alike.
   */
  Annotation mergeAdded(Annotation ours, Annotation theirs) {
    var nothing = Annotation.of(ours.label(), new WholeImage());
    boolean boxes = isPlainBox(ours) && isPlainBox(theirs);
    return merge(ours, boxes ? nothing.withShape(theirs.shape()) : nothing, ours, theirs);
  }

  private static boolean isPlainBox(Annotation object) {
    return object.shape() instanceof Box && object.box().isEmpty() && object.area().isEmpty();
  }

  /**
   * @param named in conflicts
   */
  private Annotation merge(Annotation named, Annotation base, Annotation ours, Annotation theirs) {
    var label = field(named, "class", base.label(), ours.label(), theirs.label());
    var place = field(named, "place", Place.of(base), Place.of(ours), Place.of(theirs));
    List<Keypoint> keypoints =
        field(named, "keypoints", base.keypoints(), ours.keypoints(), theirs.keypoints());
    return new Annotation(
        label,
        place.shape(),
        keypoints,
        place.box(),
        place.area(),
        ours.id(),
        traits(named, base.traits(), ours.traits(), theirs.traits()),
        attributes(named, base, ours, theirs),
        extras.merge(
            base.extras(),
            ours.extras(),
            theirs.extras(),
            (field, a, b) -> Conflict.in(image, named, field, a, b)));
  }

  private Traits traits(Annotation named, Traits old, Traits ours, Traits theirs) {
    return new Traits(
        field(named, "crowd", old.crowd(), ours.crowd(), theirs.crowd()),
        field(named, "occluded", old.occluded(), ours.occluded(), theirs.occluded()),
        field(named, "truncated", old.truncated(), ours.truncated(), theirs.truncated()),
        field(named, "difficult", old.difficult(), ours.difficult(), theirs.difficult()),
        field(named, "group", old.group(), ours.group(), theirs.group()),
        field(named, "z order", old.zOrder(), ours.zOrder(), theirs.zOrder()));
  }

  private Map<String, Object> attributes(
      Annotation named, Annotation base, Annotation ours, Annotation theirs) {
    var names = new TreeSet<String>();
    List.of(base, ours, theirs).forEach(each -> names.addAll(each.attributes().keySet()));
    var merged = new TreeMap<String, Object>();
    for (var name : names) {
      field(
              named,
              "attribute '%s'".formatted(Text.excerpt(name)),
              value(base, name),
              value(ours, name),
              value(theirs, name))
          .forEach(value -> merged.put(name, value));
    }
    return merged;
  }

  // At most one value; a list, since its text is shown.
  private static List<Object> value(Annotation object, String name) {
    var values = new ArrayList<Object>();
    Optional.ofNullable(object.attributes().get(name)).ifPresent(values::add);
    return values;
  }

  private <T> T field(Annotation named, String name, T old, T ours, T theirs) {
    return conflicts.merge(
        old, ours, theirs, (a, b) -> Conflict.in(image, named, name, shown(a), shown(b)));
  }

  private static Object shown(Object value) {
    return switch (value) {
      case List<?> list when list.isEmpty() -> GONE;
      case List<?> list when list.size() == 1 -> "'%s'".formatted(list.getFirst());
      case String text -> "'%s'".formatted(text);
      default -> value;
    };
  }
}
