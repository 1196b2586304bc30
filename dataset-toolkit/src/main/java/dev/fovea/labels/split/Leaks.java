package dev.fovea.labels.split;

import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Groups that are in several splits of a dataset.
 *
 * @param groups how many groups were looked at
 * @param unsplit how many images are in no split
 * @param found the first thousand such groups, in the dataset's order
 * @param count how many there are
 */
public record Leaks(long groups, long unsplit, List<Leak> found, long count) {
  private static final int KEPT = 1_000;

  /**
   * One group.
   *
   * @param examples one image in each of its splits
   */
  public record Leak(String group, Map<String, String> examples) {}

  public Leaks {
    found = List.copyOf(found);
  }

  /**
   * Looks for them.
   *
   * @throws dev.fovea.kernel.InvalidRequest when an image has no group
   * @throws LabelMistake when a file is not of the format
   */
  public static Leaks of(LabelFormat format, LabelSource source, Grouping grouping)
      throws IOException, LabelMistake {
    var members = Members.read(format, source, grouping);
    var groups = members.groups();
    var found = new ArrayList<Leak>();
    long count = 0;
    for (var group : groups.entrySet()) {
      var examples = new TreeMap<String, String>();
      group.getValue().stream()
          .filter(each -> !each.split().isEmpty())
          .forEach(each -> examples.putIfAbsent(each.split(), each.path()));
      if (examples.size() > 1) {
        count++;
        if (found.size() < KEPT) {
          found.add(new Leak(group.getKey(), examples));
        }
      }
    }
    long unsplit = members.images().stream().filter(each -> each.split().isEmpty()).count();
    return new Leaks(groups.size(), unsplit, found, count);
  }
}
