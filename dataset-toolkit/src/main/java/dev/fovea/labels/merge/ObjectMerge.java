package dev.fovea.labels.merge;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
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
 * which belong together), its keypoints, each trait and each attribute.
 */
final class ObjectMerge {
  private static final String GONE = "none";

  private final String image;
  private final Conflicts conflicts;

  ObjectMerge(String image, Conflicts conflicts) {
    this.image = image;
    this.conflicts = conflicts;
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
    var label = field(base, "class", base.label(), ours.label(), theirs.label());
    var place = field(base, "place", Place.of(base), Place.of(ours), Place.of(theirs));
    List<Keypoint> keypoints =
        field(base, "keypoints", base.keypoints(), ours.keypoints(), theirs.keypoints());
    return new Annotation(
        label,
        place.shape(),
        keypoints,
        place.box(),
        place.area(),
        ours.id().isPresent() ? ours.id() : theirs.id(),
        traits(base, ours.traits(), theirs.traits()),
        attributes(base, ours, theirs));
  }

  /** An object that both sides added: where and how posed it is, ours says. */
  Annotation mergeAdded(Annotation ours, Annotation theirs) {
    var base = theirs.withTraits(Traits.NONE).withAttributes(Map.of());
    return merge(base, ours, theirs);
  }

  private Traits traits(Annotation base, Traits ours, Traits theirs) {
    var old = base.traits();
    return new Traits(
        field(base, "crowd", old.crowd(), ours.crowd(), theirs.crowd()),
        field(base, "occluded", old.occluded(), ours.occluded(), theirs.occluded()),
        field(base, "truncated", old.truncated(), ours.truncated(), theirs.truncated()),
        field(base, "difficult", old.difficult(), ours.difficult(), theirs.difficult()),
        field(base, "group", old.group(), ours.group(), theirs.group()),
        field(base, "z order", old.zOrder(), ours.zOrder(), theirs.zOrder()));
  }

  private Map<String, Object> attributes(Annotation base, Annotation ours, Annotation theirs) {
    var names = new TreeSet<String>();
    List.of(base, ours, theirs).forEach(each -> names.addAll(each.attributes().keySet()));
    var merged = new TreeMap<String, Object>();
    for (var name : names) {
      field(
              base,
              "attribute '%s'".formatted(Text.excerpt(name)),
              value(base, name),
              value(ours, name),
              value(theirs, name))
          .stream()
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

  private <T> T field(Annotation base, String name, T old, T ours, T theirs) {
    return conflicts.merge(
        old,
        ours,
        theirs,
        (a, b) -> Conflict.in(image, base, name, shown(a), shown(b)));
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
