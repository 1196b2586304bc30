package dev.fovea.datasets.quality.labels;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The names that label formats have for splits. */
public final class SplitName {
  /** What a split may be called in a manifest. */
  public static final Set<String> ALL = Set.of("train", "val", "test");

  private static final Pattern YEAR = Pattern.compile("(train|val|test)(19|20)[0-9]{2}");

  private SplitName() {}

  /**
   * {@code train}, {@code val} or {@code test}, also as CVAT ({@code Train}, {@code Validation}),
   * Ultralytics ({@code valid}) and COCO ({@code train2017}) name them; absent for any other.
   */
  static Optional<String> of(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    var dated = YEAR.matcher(lower);
    var split =
        switch (lower) {
          case "training" -> "train";
          case "valid", "validation" -> "val";
          case "testing" -> "test";
          default -> dated.matches() ? dated.group(1) : lower;
        };
    return ALL.contains(split) ? Optional.of(split) : Optional.empty();
  }
}
