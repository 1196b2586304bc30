package dev.fovea.labels;

import dev.fovea.kernel.Text;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The classes of a dataset, and what else must be known of it before its images are written.
 *
 * @param list in their order; a class's place in it, from 0, is its number where a format counts
 * @param notes on the dataset as a whole
 */
public record Classes(List<LabelClass> list, Notes notes) {
  public Classes {
    list = List.copyOf(list);
    var names = new HashMap<String, Integer>();
    for (var each : list) {
      if (names.put(each.name(), 0) != null) {
        throw new IllegalArgumentException(
            "class '%s' twice (expected: each name once)".formatted(Text.excerpt(each.name())));
      }
    }
  }

  /** Classes of a dataset of which nothing is said as a whole. */
  public Classes(List<LabelClass> list) {
    this(list, Notes.NONE);
  }

  /** Classes of which only the names are known. */
  public static Classes named(Collection<String> names) {
    return new Classes(names.stream().map(LabelClass::named).toList());
  }

  /** Each class's place in the list, by name. */
  public Map<String, Integer> places() {
    var places = new HashMap<String, Integer>();
    list.forEach(each -> places.put(each.name(), places.size()));
    return places;
  }

  public List<String> names() {
    return list.stream().map(LabelClass::name).collect(Collectors.toList());
  }
}
