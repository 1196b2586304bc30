package dev.fovea.labels.split;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.convert.Loss;
import dev.fovea.labels.convert.Losses;
import dev.fovea.labels.format.Feature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the splits of a dataset hold.
 *
 * @param splits in the order of the ratios
 * @param balanced whether the splits were to have the same classes
 * @param unbalanced in how many groups each class is that is in fewer than there are splits, so
 *     that it cannot be in all of them; of balanced splits
 * @param losses what the format could not hold
 */
public record SplitReport(
    List<Split> splits, boolean balanced, Map<String, Integer> unbalanced, List<Loss> losses) {
  public SplitReport {
    splits = List.copyOf(splits);
    unbalanced = Collections.unmodifiableMap(new TreeMap<>(unbalanced));
    losses = List.copyOf(losses);
  }

  /**
   * One split.
   *
   * @param asked its share, 0 to 1
   * @param images how many it has
   * @param share of all images, 0 to 1; 0 of none
   * @param deviation how far chance moves the share from what was asked: its standard deviation; 0
   *     of balanced splits, which are not left to chance
   * @param groups how many it has
   * @param objects how many it has of each class
   * @param targets how many it would have of each class by what was asked
   * @param shares of all objects of each class, 0 to 1
   */
  public record Split(
      String name,
      double asked,
      long images,
      double share,
      double deviation,
      long groups,
      Map<String, Long> objects,
      Map<String, Double> targets,
      Map<String, Double> shares) {}

  /** Counts while a dataset is split. */
  static final class Counting {
    private final Ratios ratios;
    private final Map<String, Long> images = new LinkedHashMap<>();
    private final Map<String, Long> groups = new LinkedHashMap<>();
    private final Map<String, TreeMap<String, Long>> objects = new LinkedHashMap<>();
    private final TreeMap<String, Long> all = new TreeMap<>();
    private double squares;
    private boolean balanced;
    private Map<String, Integer> unbalanced = Map.of();

    Counting(Ratios ratios) {
      this.ratios = ratios;
    }

    void balanced(Map<String, Integer> few) {
      balanced = true;
      unbalanced = few;
    }

    void group(String split, int size) {
      groups.merge(split, 1L, Long::sum);
      squares += (double) size * size;
    }

    void image(String split, LabelledImage image) {
      images.merge(split, 1L, Long::sum);
      var ofSplit = objects.computeIfAbsent(split, _ -> new TreeMap<>());
      for (Annotation annotation : image.annotations()) {
        ofSplit.merge(annotation.label(), 1L, Long::sum);
        all.merge(annotation.label(), 1L, Long::sum);
      }
    }

    SplitReport report(Losses losses) {
      long total = images.values().stream().mapToLong(Long::longValue).sum();
      var splits = new ArrayList<Split>();
      ratios
          .shares()
          .forEach((name, asked) -> {
            long count = images.getOrDefault(name, 0L);
            var own = objects.getOrDefault(name, new TreeMap<>());
            var targets = new TreeMap<String, Double>();
            var shares = new TreeMap<String, Double>();
            all.forEach((label, of) -> {
              targets.put(label, asked * of);
              shares.put(label, own.getOrDefault(label, 0L) / (double) of);
            });
            splits.add(
                new Split(
                    name,
                    asked,
                    count,
                    total == 0 ? 0 : count / (double) total,
                    total == 0 || balanced ? 0 : Math.sqrt(asked * (1 - asked) * squares) / total,
                    groups.getOrDefault(name, 0L),
                    own,
                    targets,
                    shares));
          });
      return new SplitReport(
          splits,
          balanced,
          unbalanced,
          // A format that cannot hold sizes has them from the images.
          losses.list().stream().filter(loss -> loss.feature() != Feature.IMAGE_SIZE).toList());
    }
  }
}
