package dev.fovea.datasets.population;

import dev.fovea.kernel.Text;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Something that stands out in a dataset.
 *
 * @param paths images that it is about, at most {@value #MOST_NAMED}; empty where it is about all
 * @param text what it is, to be read after the path where there is one path, else after the folder
 */
public record Remark(List<String> paths, String text) {
  static final int MOST_ALONE = 5;

  static final int MOST_NAMED = 8;

  static Remark aboutAll(String text) {
    return new Remark(List.of(), text);
  }

  /**
   * One remark for each image, or one for all where there are more than {@value #MOST_ALONE}.
   *
   * @param alone what one image is
   * @param together what so many of them are, to be read after their number
   */
  static <I> List<Remark> about(
      List<I> found, Function<I, String> path, Function<I, String> alone, String together) {
    if (found.size() <= MOST_ALONE) {
      return found.stream()
          .map(image -> new Remark(List.of(path.apply(image)), alone.apply(image)))
          .toList();
    }
    var first = found.stream().limit(MOST_NAMED).map(path).toList();
    return List.of(
        new Remark(
            first,
            "%,d images %s: %s".formatted(found.size(), together, named(first, found.size()))));
  }

  /** The first eight names, and how many more there are. */
  static String named(List<String> names, int all) {
    var first =
        names.stream().limit(MOST_NAMED).map(Text::excerpt).collect(Collectors.joining(", "));
    return all > MOST_NAMED ? "%s and %,d more".formatted(first, all - MOST_NAMED) : first;
  }
}
