package dev.fovea.pipelines.evaluate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How much there is of a class.
 *
 * @param objects how many, at least 1
 * @param images in how many images
 */
public record Presence(int objects, int images) {
  /**
   * Of each class that is there, by name.
   *
   * @param classes by the places of objects
   */
  public static Map<String, Presence> of(List<Found> images, List<String> classes) {
    var all = new HashMap<String, Presence>();
    for (var image : images) {
      var here = new HashSet<Integer>();
      for (var object : image.objects()) {
        int first = here.add(object.category()) ? 1 : 0;
        all.merge(classes.get(object.category()), new Presence(1, first), Presence::plus);
      }
    }
    return all;
  }

  private Presence plus(Presence more) {
    return new Presence(objects + more.objects, images + more.images);
  }
}
