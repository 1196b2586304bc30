package dev.fovea.labels.split;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.convert.Losses;
import dev.fovea.labels.files.Folder;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.folder.ImageFolder;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Gives every image a split, that of its group: the split in whose part of 0 to 1 the group's
 * SHA-256 lies. The same group is in the same split on every machine, in every order, and whatever
 * else the dataset holds, so images that are added move none.
 *
 * <p>How far a split's share may be from what was asked is chance: for groups of s<sub>1</sub>,
 * s<sub>2</sub>, … images, N in all, the share of a split of p has the mean p and the standard
 * deviation √(p (1 − p) Σ s²) / N: for 10,000 images each by itself and p = 0.8, 0.4 points.
 *
 * <p>Where classes are {@link #balanced}, a group's split depends on all groups and still not on
 * their order: images that are added may move others, unless splits are kept.
 */
public final class Splitting {
  private final Ratios ratios;
  private final GroupPoint points;
  private final Grouping grouping;
  private final boolean keep;
  private final boolean balanced;

  /**
   * @param seed another one gives another, independent split
   * @param keep whether an image that is in one of these splits stays there, and its group with it
   */
  public Splitting(Ratios ratios, String seed, Grouping grouping, boolean keep) {
    this(ratios, new GroupPoint(seed), grouping, keep, false);
  }

  private Splitting(
      Ratios ratios, GroupPoint points, Grouping grouping, boolean keep, boolean balanced) {
    this.ratios = ratios;
    this.points = points;
    this.grouping = grouping;
    this.keep = keep;
    this.balanced = balanced;
  }

  /**
   * The same with every split having its share of each class's objects, as near as groups allow.
   */
  public Splitting balanced() {
    return new Splitting(ratios, points, grouping, keep, true);
  }

  /**
   * Reads a dataset three times, and writes it with its new splits.
   *
   * @param sink where it is written, in the same format
   * @throws InvalidRequest when an image has no group or is there twice, or is to stay in one split
   *     while another of its group is to stay in another
   * @throws LabelMistake when a file is not of the format; what is written by then is rubbish
   */
  public SplitReport split(LabelFormat format, LabelSource source, Sink sink)
      throws IOException, LabelMistake {
    var counts = new ClassCounts();
    var members = Members.read(format, source, grouping, balanced ? counts::add : (_, _) -> {});
    members.requireDistinct();
    var moves = new HashMap<String, Move>();
    var report = new SplitReport.Counting(ratios);
    var splits = balanced ? balance(counts, kept(members), report) : hashed(kept(members));
    members
        .groups()
        .forEach((group, images) -> {
          var split = splits.of(group);
          report.group(split, images.size());
          images.forEach(image -> moves.put(image.path(), new Move(split, image.name())));
        });
    var losses = new Losses();
    var target = target(format, source.folder(), moves);
    try (var writer = Conversion.writer(target, sink, format.classes(source), losses)) {
      format.read(
          source,
          image -> {
            var move = Objects.requireNonNull(moves.get(image.path()), "read before");
            report.image(move.split(), image);
            writer.accept(moved(image, move, target != format));
          });
    }
    return report.report(losses);
  }

  @FunctionalInterface
  private interface Placing {
    String of(String group);
  }

  private Placing hashed(Map<String, String> kept) {
    return group -> kept.getOrDefault(group, ratios.at(points.of(group)));
  }

  private Placing balance(
      ClassCounts counts, Map<String, String> kept, SplitReport.Counting report) {
    var stratification = new Stratification(ratios, points, counts, kept);
    report.balanced(stratification.unbalanced());
    var splits = stratification.splits();
    return group -> Objects.requireNonNull(splits.get(group), "counted before");
  }

  private record Move(String split, String name) {
    String place() {
      return split + "/" + name;
    }
  }

  private static LabelledImage moved(LabelledImage image, Move move, boolean byPlace) {
    return image.at(byPlace ? move.place() : image.path(), move.split());
  }

  // Where the place of an image says its split, its file goes to another place.
  private static LabelFormat target(LabelFormat format, Folder images, Map<String, Move> moves) {
    if (!(format instanceof ImageFolder)) {
      return format;
    }
    var sources = new HashMap<String, String>();
    moves.forEach((path, move) -> sources.put(move.place(), path));
    return new ImageFolder(new MovedImages(images, sources));
  }

  private Map<String, String> kept(Members members) {
    var kept = new TreeMap<String, String>();
    if (keep) {
      for (var each : members.images()) {
        if (ratios.shares().containsKey(each.split())) {
          var other = kept.putIfAbsent(each.group(), each.split());
          if (other != null && !other.equals(each.split())) {
            throw new InvalidRequest(
                "the group '%s' is in %s and in %s, and is to stay where it is"
                    .formatted(Text.excerpt(each.group()), other, each.split()),
                "list such groups with --check, and decide; or split without --keep");
          }
        }
      }
    }
    return kept;
  }
}
