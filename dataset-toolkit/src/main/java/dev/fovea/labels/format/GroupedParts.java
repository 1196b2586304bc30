package dev.fovea.labels.format;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Traits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Objects of several parts in formats whose shapes are single, as CVAT and Datumaro export such a
 * format to COCO: shapes of one group and one class are one object. Its polygons are its outline, a
 * box beside an outline is its stated box, points are its keypoints, unless they differ in what
 * else they say. A group that is one object says nothing more, so the object is in none.
 */
public final class GroupedParts {
  private GroupedParts() {}

  /** The objects of one image in parts; those of an object of several have a group of their own. */
  public static List<Annotation> split(List<Annotation> objects) {
    long free = objects.stream().mapToLong(object -> object.traits().group()).max().orElse(0) + 1;
    var all = new ArrayList<Annotation>();
    for (var object : objects) {
      var parts = parts(object);
      if (parts.size() > 1 && object.traits().group() == 0) {
        long group = free++;
        parts.replaceAll(part -> part.withTraits(part.traits().withGroup(group)));
      }
      all.addAll(parts);
    }
    return all;
  }

  private static List<Annotation> parts(Annotation object) {
    var parts = new ArrayList<Annotation>();
    var plain = object.withKeypoints(List.of()).withBox(Optional.empty());
    switch (object.shape()) {
      case KeypointsOnly _ -> {}
      case Polygons polygons ->
          polygons.parts().forEach(part -> parts.add(plain.withShape(new Polygons(part))));
      default -> parts.add(plain);
    }
    object.box().ifPresent(box -> parts.add(plain.withShape(box)));
    if (!object.keypoints().isEmpty()) {
      parts.add(plain.withShape(new KeypointsOnly()).withKeypoints(object.keypoints()));
    }
    return parts;
  }

  /** The objects of one image of which these are the parts, each where its first part is. */
  public static List<Annotation> join(List<Annotation> parts) {
    var together = new HashMap<Object, TreeMap<Integer, Annotation>>();
    for (int place = 0; place < parts.size(); place++) {
      var part = parts.get(place);
      long group = part.traits().group();
      var key = group == 0 ? new Object() : List.of(group, part.label());
      together.computeIfAbsent(key, _ -> new TreeMap<>()).put(place, part);
    }
    // By its place, each joined object, or each part of what is not one object.
    var objects = new TreeMap<Integer, Annotation>();
    for (var some : together.values()) {
      joined(some.values().stream().toList())
          .ifPresentOrElse(
              object -> objects.put(some.firstKey(), object), () -> objects.putAll(some));
    }
    return withoutGroupsOfOne(List.copyOf(objects.values()));
  }

  private static List<Annotation> withoutGroupsOfOne(List<Annotation> objects) {
    Map<Long, Long> sizes =
        objects.stream()
            .collect(Collectors.groupingBy(each -> each.traits().group(), Collectors.counting()));
    return objects.stream()
        .map(each ->
            sizes.getOrDefault(each.traits().group(), 0L) == 1
                ? each.withTraits(each.traits().withGroup(0))
                : each)
        .toList();
  }

  // What only the first part says is the object's; what only another one says would be lost.
  private static boolean saysNoMore(Annotation part, Annotation first) {
    var silent = Traits.NONE.withGroup(part.traits().group()).withZOrder(first.traits().zOrder());
    return (part.attributes().isEmpty() || part.attributes().equals(first.attributes()))
        && (part.traits().equals(silent) || part.traits().equals(first.traits()));
  }

  // Absent where the parts are not those of one object.
  private static Optional<Annotation> joined(List<Annotation> parts) {
    var polygons = new ArrayList<Coordinates>();
    var masks = new ArrayList<Annotation>();
    var boxes = new ArrayList<Box>();
    var keypoints = new ArrayList<List<Keypoint>>();
    for (var part : parts) {
      switch (part.shape()) {
        case Polygons outline -> polygons.addAll(outline.parts());
        case Mask _ -> masks.add(part);
        case Box box -> boxes.add(box);
        case KeypointsOnly _ -> keypoints.add(part.keypoints());
        default -> {
          return Optional.empty();
        }
      }
    }
    var first = parts.getFirst();
    boolean one =
        parts.stream().allMatch(part -> saysNoMore(part, first))
            && boxes.size() <= 1
            && keypoints.size() <= 1
            && masks.size() <= 1
            && (masks.isEmpty() || polygons.isEmpty());
    if (!one) {
      return Optional.empty();
    }
    var object = first;
    boolean outlined = !polygons.isEmpty() || !masks.isEmpty();
    if (!polygons.isEmpty()) {
      object = object.withShape(new Polygons(polygons));
    } else if (!masks.isEmpty()) {
      object = object.withShape(masks.getFirst().shape());
    } else if (!boxes.isEmpty()) {
      object = object.withShape(boxes.getFirst());
    }
    return Optional.of(
        object
            .withKeypoints(keypoints.isEmpty() ? List.of() : keypoints.getFirst())
            .withBox(
                outlined && !boxes.isEmpty() ? Optional.of(boxes.getFirst()) : Optional.empty()));
  }
}
