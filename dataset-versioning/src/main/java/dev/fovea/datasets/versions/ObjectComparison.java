package dev.fovea.datasets.versions;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.ObjectDiff;
import dev.fovea.datasets.ObjectDiff.Pair;
import dev.fovea.datasets.Sample;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.compare.AnnotationDiff;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says which objects of an image became which. What is compared of an object is its class, its box
 * and the digest of all that its labels say, which is all that a manifest keeps and enough: an
 * object with another outline in the same box has another digest.
 */
public final class ObjectComparison {
  private ObjectComparison() {}

  /** Of the same image in two versions. */
  public static ObjectDiff between(Sample older, Sample newer) {
    var before = new Side(older.objects());
    var after = new Side(newer.objects());
    var diff = AnnotationDiff.between(before.annotations, after.annotations);
    return new ObjectDiff(
        diff.added().stream().map(after::place).sorted().toList(),
        diff.removed().stream().map(before::place).sorted().toList(),
        pairs(diff.moved(), before, after),
        pairs(diff.relabelled(), before, after),
        pairs(diff.changed(), before, after),
        diff.unchanged().size());
  }

  private static List<Pair> pairs(List<AnnotationDiff.Pair> pairs, Side before, Side after) {
    return pairs.stream()
        .map(pair -> new Pair(before.place(pair.before()), after.place(pair.after())))
        .toList();
  }

  /** The annotations of one image, each known by what it is and not by what it says. */
  private static final class Side {
    private final List<Annotation> annotations;
    private final IdentityHashMap<Annotation, Integer> places = new IdentityHashMap<>();

    Side(List<LabelledObject> objects) {
      annotations = objects.stream().map(Side::annotation).toList();
      for (int i = 0; i < annotations.size(); i++) {
        places.put(annotations.get(i), i);
      }
    }

    private static Annotation annotation(LabelledObject object) {
      return Annotation.of(
              object.label(), new Box(object.x1(), object.y1(), object.x2(), object.y2()))
          .withAttributes(Map.of("kind", object.kind().name(), "detail", object.detail()));
    }

    int place(Annotation annotation) {
      var place = places.get(annotation);
      if (place == null) {
        throw new IllegalStateException("an annotation of another image: " + annotation);
      }
      return place;
    }
  }
}
