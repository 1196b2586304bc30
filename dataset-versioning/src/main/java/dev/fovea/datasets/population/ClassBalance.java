package dev.fovea.datasets.population;

import dev.fovea.datasets.QualityReport.Drift;
import dev.fovea.datasets.QualityReport.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What is out of balance between the classes of a dataset. */
public final class ClassBalance {
  /** Fewer images of a class are too few to train on. */
  public static final int LEAST_IMAGES = 10;

  private static final String TRAIN = "train";

  private ClassBalance() {}

  /**
   * @param classes those that exist
   * @param parent how the version before it stood; empty where it is the first one
   * @param drifts what {@link ClassDrift#between} told of both
   */
  public static List<Remark> remarks(
      List<String> classes, ClassCounts parent, ClassCounts counts, List<Drift> drifts) {
    var remarks = new ArrayList<Remark>();
    var found = new HashSet<String>();
    counts.splits().values().forEach(split -> found.addAll(split.keySet()));
    var nowhere = classes.stream().filter(name -> !found.contains(name)).toList();
    if (!nowhere.isEmpty()) {
      remarks.add(
          Remark.aboutAll(
              "has no image of %s: %s".formatted(share(nowhere, classes), named(nowhere))));
    }
    for (var split : counts.splits().keySet()) {
      var absent =
          classes.stream()
              .filter(name -> counts.of(split, name) == 0 && found.contains(name))
              .toList();
      if (!absent.isEmpty()) {
        remarks.add(
            Remark.aboutAll(
                "has no image in %s of %s: %s"
                    .formatted(split, share(absent, classes), named(absent))));
      }
    }
    few(classes, counts).ifPresent(remarks::add);
    drifts.stream()
        .filter(drift -> drift.outcome() == Outcome.DRIFTED)
        .forEach(drift -> remarks.add(drifted(drift, parent, counts)));
    return List.copyOf(remarks);
  }

  private static Optional<Remark> few(List<String> classes, ClassCounts counts) {
    var few =
        classes.stream()
            .filter(name -> counts.of(TRAIN, name) > 0 && counts.of(TRAIN, name) < LEAST_IMAGES)
            .sorted(Comparator.comparingInt(name -> counts.of(TRAIN, name)))
            .toList();
    return few.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Remark.aboutAll(
                "has fewer than %d images to train on of %s: %s"
                    .formatted(
                        LEAST_IMAGES,
                        share(few, classes),
                        named(
                            few.stream()
                                .map(name -> "%s (%d)".formatted(name, counts.of(TRAIN, name)))
                                .toList()))));
  }

  private static Remark drifted(Drift drift, ClassCounts parent, ClassCounts counts) {
    var before = parent.split(drift.split());
    var now = counts.split(drift.split());
    var names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    var moved =
        names.stream()
            .sorted(
                Comparator.comparingDouble((String name) ->
                        -Math.abs(
                            part(now, name, drift.images()) - part(before, name, drift.before())))
                    .thenComparing(name -> name))
            .limit(3)
            .map(name ->
                "%s %s to %s"
                    .formatted(
                        name,
                        percent(part(before, name, drift.before())),
                        percent(part(now, name, drift.images()))))
            .toList();
    return Remark.aboutAll(
        "has drifted in %s: %s of its images would need another class to have the shares of the version before (expected: at most %s); most moved: %s"
            .formatted(
                drift.split(),
                percent(drift.distance()),
                percent(ClassDrift.MOST),
                String.join(", ", moved)));
  }

  private static double part(Map<String, Integer> classes, String name, int all) {
    return (double) classes.getOrDefault(name, 0) / all;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String share(List<String> some, List<String> all) {
    return "%d of %d classes".formatted(some.size(), all.size());
  }

  private static String named(List<String> names) {
    return Remark.named(names, names.size());
  }
}
