package dev.fovea.labels.format;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Shape.Box;
import java.util.Map;
import java.util.TreeMap;

/**
 * Traits among free attributes, under the names that CVAT and Datumaro give them: {@code occluded},
 * {@code truncated}, {@code difficult}, {@code is_crowd} as true or false, and {@code rotation} of
 * a box in degrees.
 */
public final class NamedTraits {
  private static final String OCCLUDED = "occluded";
  private static final String TRUNCATED = "truncated";
  private static final String DIFFICULT = "difficult";
  private static final String CROWD = "is_crowd";
  private static final String ROTATION = "rotation";

  private NamedTraits() {}

  /**
   * The attributes with the traits that are set among them; a trait takes the place of a free
   * attribute of its name.
   *
   * @param crowd whether the crowd flag is wanted among them, too
   */
  public static Map<String, Object> all(Annotation annotation, boolean crowd) {
    var all = new TreeMap<>(annotation.attributes());
    var traits = annotation.traits();
    put(all, OCCLUDED, traits.occluded());
    put(all, TRUNCATED, traits.truncated());
    put(all, DIFFICULT, traits.difficult());
    put(all, CROWD, crowd && traits.crowd());
    if (annotation.shape() instanceof Box box && box.rotation() != 0) {
      all.put(ROTATION, box.rotation());
    }
    return all;
  }

  private static void put(Map<String, Object> all, String name, boolean set) {
    if (set) {
      all.put(name, true);
    }
  }

  /** The annotation with these attributes, but for those that are traits, which are set. */
  public static Annotation apply(Annotation plain, Map<String, Object> all) {
    var free = new TreeMap<>(all);
    var traits =
        plain
            .traits()
            .withOccluded(take(free, OCCLUDED) || plain.traits().occluded())
            .withTruncated(take(free, TRUNCATED) || plain.traits().truncated())
            .withDifficult(take(free, DIFFICULT) || plain.traits().difficult())
            .withCrowd(take(free, CROWD) || plain.traits().crowd());
    var annotation = plain.withTraits(traits);
    if (plain.shape() instanceof Box box && free.get(ROTATION) instanceof Number angle) {
      free.remove(ROTATION);
      annotation =
          annotation.withShape(
              new Box(box.x1(), box.y1(), box.x2(), box.y2(), angle.doubleValue()));
    }
    return annotation.withAttributes(free);
  }

  private static boolean take(Map<String, Object> free, String name) {
    if (free.get(name) instanceof Boolean set) {
      free.remove(name);
      return set;
    }
    return false;
  }
}
