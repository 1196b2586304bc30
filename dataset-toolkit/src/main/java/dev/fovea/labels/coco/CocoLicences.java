package dev.fovea.labels.coco;

import dev.fovea.labels.Licence;
import dev.fovea.labels.json.JsonLine;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Numbers of the licences of a file that is written. Each keeps its own if it is free, so that no
 * image comes under another licence than it had: where two files had one number for two licences,
 * the later one gets the next above all.
 */
final class CocoLicences {
  private final Map<Licence, Long> numbers = new LinkedHashMap<>();
  private final Set<Long> taken = new HashSet<>();
  private final Set<Licence> listed = new HashSet<>();
  private long most;

  /**
   * @param all that the dataset lists
   */
  CocoLicences(List<Licence> all) {
    most = all.stream().mapToLong(Licence::number).max().orElse(0);
    listed.addAll(all);
    all.forEach(this::number);
  }

  /** The number of a licence, from now on. */
  long number(Licence licence) {
    return numbers.computeIfAbsent(licence, _ -> free(licence.number()));
  }

  private long free(long wanted) {
    long number = wanted;
    while (!taken.add(number)) {
      most = most == Long.MAX_VALUE ? 1 : most + 1;
      number = most;
    }
    return number;
  }

  /** The list, as the rest of a JSON object; empty where there is nothing to list. */
  String text() {
    var lines =
        numbers.entrySet().stream()
            .filter(each -> listed.contains(each.getKey()) || !each.getKey().extras().isEmpty())
            .map(each ->
                new JsonLine().field("id", each.getValue()).fields(each.getKey().extras()).end())
            .collect(Collectors.joining(",\n"));
    return lines.isEmpty() ? "" : ",\"licenses\":[\n" + lines + "\n]";
  }
}
