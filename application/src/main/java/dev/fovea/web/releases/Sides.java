package dev.fovea.web.releases;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Comparison;
import dev.fovea.pipelines.Comparison.Box;
import dev.fovea.pipelines.Comparison.Pair;
import dev.fovea.pipelines.Comparison.Said;
import dev.fovea.web.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An image with what each variant says of it, to be drawn side by side.
 *
 * @param image its object
 * @param path with its slice
 * @param what what it shows, in words
 * @param sides FP32, then INT8
 */
record Sides(Digest image, String path, String what, List<Side> sides) {
  /** More names than this hide what they name. */
  private static final int NAMED = 12;

  private static final int MOST_LETTERS = 16;

  /**
   * What one variant says.
   *
   * @param variant as a page writes it
   * @param answer in words
   * @param value the confidence or the average precision
   * @param style {@code up} where the answer is the image's class, {@code down} where it is not;
   *     empty of objects
   * @param boxes what is there, then what was found; empty where it is about a class
   * @param alt the side in a sentence
   */
  record Side(
      String variant, String answer, String value, String style, List<Drawn> boxes, String alt) {}

  /**
   * A box.
   *
   * @param points x and y of its corners, in pixels of the image, as SVG writes them
   * @param look {@code here} for what is there, {@code added} for what was found
   * @param name its class and score; empty for what is there, and where there are many
   */
  record Drawn(String points, String look, String name, double x, double y) {}

  static List<Sides> of(Comparison comparison) {
    return comparison.images().stream().map(Sides::of).toList();
  }

  /** Whether there is something to draw over the picture. */
  public boolean drawn() {
    return sides.stream().anyMatch(side -> !side.boxes().isEmpty());
  }

  private static Sides of(Pair pair) {
    boolean objects = pair.label().isEmpty();
    return new Sides(
        pair.image(),
        Visible.text(pair.path() + pair.slice().map(slice -> ", slice " + slice).orElse("")),
        objects ? there(pair.there().size()) : Visible.text(pair.label()),
        List.of(
            side("fp32", pair, pair.fp32(), objects), side("int8", pair, pair.int8(), objects)));
  }

  private static String there(int count) {
    return count == 0 ? "nothing to find" : count == 1 ? "1 object" : count + " objects";
  }

  private static Side side(String variant, Pair pair, Said said, boolean objects) {
    var value = new Figures().percent(said.value());
    var path = Visible.text(pair.path());
    if (objects) {
      var found = "%d found".formatted(said.found().size());
      return new Side(
          variant,
          found,
          pair.there().isEmpty()
              ? "surest false alarm " + new Figures().percent(1 - said.value())
              : "average precision " + value,
          "",
          boxes(pair.there(), said.found()),
          "%s as %s sees it, %s".formatted(path, variant, found));
    }
    var answer = said.answer().isEmpty() ? "no finite answer" : Visible.text(said.answer());
    return new Side(
        variant,
        answer,
        said.answer().isEmpty() ? "" : value,
        said.answer().equals(pair.label()) ? "up" : "down",
        List.of(),
        "%s as %s sees it".formatted(path, variant));
  }

  private static List<Drawn> boxes(List<Box> there, List<Box> found) {
    var drawn = new ArrayList<Drawn>();
    there.forEach(box -> drawn.add(drawn(box, "here", "")));
    boolean few = found.size() <= NAMED;
    found.forEach(box ->
        drawn.add(
            drawn(
                box,
                "added",
                few
                    ? String.format(
                        Locale.ROOT,
                        "%s %.0f%%",
                        shortened(Visible.text(box.name())),
                        100 * box.score())
                    : "")));
    return List.copyOf(drawn);
  }

  private static String shortened(String label) {
    return label.codePointCount(0, label.length()) <= MOST_LETTERS
        ? label
        : label.substring(0, label.offsetByCodePoints(0, MOST_LETTERS - 1)) + "…";
  }

  private static Drawn drawn(Box box, String look, String name) {
    return new Drawn(
        String.format(
            Locale.ROOT,
            "%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f",
            box.x1(),
            box.y1(),
            box.x2(),
            box.y1(),
            box.x2(),
            box.y2(),
            box.x1(),
            box.y2()),
        look,
        name,
        box.x1(),
        box.y1());
  }
}
