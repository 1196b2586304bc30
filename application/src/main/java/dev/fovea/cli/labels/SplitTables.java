package dev.fovea.cli.labels;

import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.Text;
import dev.fovea.labels.split.SplitReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What splits hold, for people. */
final class SplitTables {
  private static final int SHOWN = 20;

  private SplitTables() {}

  static String text(SplitReport report) {
    return List.of(splits(report), classes(report), unbalanced(report)).stream()
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private static String splits(SplitReport report) {
    var head = new ArrayList<>(List.of("SPLIT", "IMAGES", "SHARE", "ASKED"));
    if (!report.balanced()) {
      head.add("BY CHANCE");
    }
    head.add("GROUPS");
    var table = new Table(head.toArray(String[]::new));
    for (var each : report.splits()) {
      var row = new ArrayList<Object>();
      row.add(each.name());
      row.add(each.images());
      row.add(percent(each.share()));
      row.add(percent(each.asked()));
      if (!report.balanced()) {
        row.add("± " + percent(each.deviation()));
      }
      row.add(each.groups());
      table.row(row.toArray());
    }
    return table.toString().stripTrailing();
  }

  private static String classes(SplitReport report) {
    var names = report.splits().getFirst().shares().keySet();
    if (names.isEmpty()) {
      return "";
    }
    var head = new ArrayList<String>();
    head.add("CLASS");
    report.splits().forEach(each -> head.add(each.name().toUpperCase(Locale.ROOT)));
    var table = new Table(head.toArray(String[]::new));
    for (var name : names.stream().limit(SHOWN).toList()) {
      var row = new ArrayList<Object>();
      row.add(name);
      report.splits().forEach(each -> row.add(objects(each, name, report.balanced())));
      table.row(row.toArray());
    }
    return table.toString().stripTrailing() + more(names.size());
  }

  private static String objects(SplitReport.Split split, String name, boolean target) {
    long count = split.objects().getOrDefault(name, 0L);
    var share = percent(split.shares().getOrDefault(name, 0.0));
    return target
        ? String.format(
            Locale.ROOT, "%d of %.1f (%s)", count, split.targets().getOrDefault(name, 0.0), share)
        : "%d (%s)".formatted(count, share);
  }

  private static String unbalanced(SplitReport report) {
    if (report.unbalanced().isEmpty()) {
      return "";
    }
    return "%d classes cannot be in all splits, since they are in fewer groups: %s"
            .formatted(
                report.unbalanced().size(),
                report.unbalanced().entrySet().stream()
                    .limit(SHOWN)
                    .map(SplitTables::groups)
                    .collect(Collectors.joining(", ")))
        + more(report.unbalanced().size());
  }

  private static String groups(Map.Entry<String, Integer> few) {
    return "%s (%d)".formatted(Text.excerpt(few.getKey()), few.getValue());
  }

  private static String more(int classes) {
    return classes > SHOWN ? "\n%d more classes".formatted(classes - SHOWN) : "";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
