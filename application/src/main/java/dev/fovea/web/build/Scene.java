package dev.fovea.web.build;

import dev.fovea.datasets.DatasetDiff.Relabelled;
import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.ObjectDiff;
import dev.fovea.datasets.ObjectDiff.Pair;
import dev.fovea.datasets.Sample;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * An image of two versions, to be drawn side by side with what each says of it.
 *
 * @param before the objects of the older one
 * @param after those of the newer one
 * @param left how many objects of both are not drawn, since there are too many
 */
record Scene(Relabelled image, List<Drawn> before, List<Drawn> after, int left) {
  /** More than this in one image is a blot. */
  private static final int MOST = 400;

  /** More names than this hide what they name. */
  private static final int NAMED = 24;

  private static final int MOST_LETTERS = 16;

  /**
   * An object.
   *
   * @param points x and y of its corners, in pixels of the image, as SVG writes them
   * @param look what sets it apart: {@code added}, {@code removed} or {@code faint}; {@code here}
   *     where nothing is compared
   * @param name its class, where it is to be read in the picture; empty where it did not change
   */
  record Drawn(String points, String look, String name, double x, double y) {}

  static Scene of(Relabelled image) {
    var objects = image.objects();
    var old = changed(objects.removed(), objects, Pair::before);
    var fresh = changed(objects.added(), objects, Pair::after);
    var before = drawn(image.before(), old, "removed");
    var after = drawn(image.after(), fresh, "added");
    int all = image.before().objects().size() + image.after().objects().size();
    return new Scene(image, before, after, all - before.size() - after.size());
  }

  /** The objects of one image as they are; their classes are to be read where they are few. */
  static List<Drawn> all(Sample sample) {
    boolean few = sample.objects().size() <= NAMED;
    return sample.objects().stream()
        .limit(MOST)
        .map(object ->
            new Drawn(
                points(object),
                "here",
                few ? shortened(object.label()) : "",
                object.x1(),
                object.y1()))
        .toList();
  }

  private static BitSet changed(List<Integer> alone, ObjectDiff objects, ToIntFunction<Pair> side) {
    var changed = new BitSet();
    alone.forEach(changed::set);
    for (var pairs : List.of(objects.moved(), objects.relabelled(), objects.changed())) {
      pairs.forEach(pair -> changed.set(side.applyAsInt(pair)));
    }
    return changed;
  }

  /** What changed comes first, so that it is what is drawn of too many. */
  private static List<Drawn> drawn(Sample sample, BitSet changed, String look) {
    var drawn = new ArrayList<Drawn>();
    var objects = sample.objects();
    IntStream.concat(
            changed.stream(), IntStream.range(0, objects.size()).filter(each -> !changed.get(each)))
        .limit(MOST)
        .forEach(each -> drawn.add(of(objects.get(each), changed.get(each) ? look : "faint")));
    return drawn.reversed();
  }

  private static Drawn of(LabelledObject object, String look) {
    return new Drawn(
        points(object),
        look,
        look.equals("faint") ? "" : shortened(object.label()),
        object.x1(),
        object.y1());
  }

  private static String shortened(String label) {
    return label.codePointCount(0, label.length()) <= MOST_LETTERS
        ? label
        : label.substring(0, label.offsetByCodePoints(0, MOST_LETTERS - 1)) + "…";
  }

  private static String points(LabelledObject object) {
    var text = new StringBuilder();
    if (object.outline().isEmpty()) {
      add(text, object.x1(), object.y1());
      add(text, object.x2(), object.y1());
      add(text, object.x2(), object.y2());
      add(text, object.x1(), object.y2());
    } else {
      var numbers = object.outline().getFirst().toArray();
      for (int i = 0; i + 1 < numbers.length; i += 2) {
        add(text, numbers[i], numbers[i + 1]);
      }
    }
    return text.toString();
  }

  private static void add(StringBuilder text, double x, double y) {
    text.append(String.format(Locale.ROOT, "%.2f,%.2f ", x, y));
  }
}
