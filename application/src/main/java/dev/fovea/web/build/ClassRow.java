package dev.fovea.web.build;

import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.QualityReport.Parent;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A class of a version as a row of a table.
 *
 * @param cells one for each split, in the order of the splits
 * @param images of all splits
 * @param share of all images, 0 to 1
 * @param before the same in the parent; NaN where there is none
 */
record ClassRow(String name, List<Cell> cells, int images, double share, double before) {
  /** More classes than a page can show are shown from the fewest images on. */
  static final int MOST_SHOWN = 100;

  /**
   * Images of one split.
   *
   * @param width of its bar, in percent of the largest class of the split
   */
  record Cell(String split, int images, int width) {}

  /** The change of the share in points: {@code +1.2 pp}; empty where there is no parent. */
  public String change() {
    if (Double.isNaN(before)) {
      return "";
    }
    var points = String.format(Locale.ROOT, "%+.1f", 100 * (share - before));
    return (points.endsWith("0.0") ? "0.0" : points.replace('-', '−')) + " pp";
  }

  /**
   * All classes in the order of the version, those that only the parent has at the end.
   *
   * @param classes as the version has them
   * @return more than {@link #MOST_SHOWN} are sorted by their number of images
   */
  static List<ClassRow> of(List<String> classes, QualityReport report) {
    var names = new LinkedHashSet<>(classes);
    report.classes().values().forEach(split -> names.addAll(split.keySet()));
    report
        .parent()
        .map(Parent::classes)
        .orElse(Map.of())
        .values()
        .forEach(split -> names.addAll(split.keySet()));
    int all = total(report.classes());
    int allBefore = report.parent().map(parent -> total(parent.classes())).orElse(0);
    var rows =
        names.stream()
            .map(name -> {
              int images = total(report.classes(), name);
              int before = report.parent().map(parent -> total(parent.classes(), name)).orElse(0);
              return new ClassRow(
                  name,
                  cells(name, report.classes()),
                  images,
                  all == 0 ? 0 : (double) images / all,
                  allBefore == 0 ? Double.NaN : (double) before / allBefore);
            })
            .toList();
    return rows.size() <= MOST_SHOWN
        ? rows
        : rows.stream().sorted(Comparator.comparingInt(ClassRow::images)).toList();
  }

  private static List<Cell> cells(String name, Map<String, Map<String, Integer>> splits) {
    return splits.keySet().stream()
        .sorted()
        .map(split -> {
          var counts = splits.getOrDefault(split, Map.of());
          int images = counts.getOrDefault(name, 0);
          int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(1);
          return new Cell(split, images, (int) Math.round(100.0 * images / most));
        })
        .toList();
  }

  private static int total(Map<String, Map<String, Integer>> splits) {
    return splits.values().stream()
        .flatMap(split -> split.values().stream())
        .mapToInt(Integer::intValue)
        .sum();
  }

  private static int total(Map<String, Map<String, Integer>> splits, String name) {
    return splits.values().stream().mapToInt(split -> split.getOrDefault(name, 0)).sum();
  }
}
