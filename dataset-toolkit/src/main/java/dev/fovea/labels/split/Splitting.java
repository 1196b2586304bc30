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
 */
public final class Splitting {
  private final Ratios ratios;
  private final GroupPoint points;
  private final Grouping grouping;
  private final boolean keep;

  /**
   * @param seed another one gives another, independent split
   * @param keep whether an image that is in one of these splits stays there, and its group with it
   */
  public Splitting(Ratios ratios, String seed, Grouping grouping, boolean keep) {
    this.ratios = ratios;
    this.points = new GroupPoint(seed);
    this.grouping = grouping;
    this.keep = keep;
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
    var members = Members.read(format, source, grouping);
    members.requireDistinct();
    var kept = kept(members);
    var moves = new HashMap<String, Move>();
    var report = new SplitReport.Counting(ratios);
    members
        .groups()
        .forEach((group, images) -> {
          var split = kept.getOrDefault(group, ratios.at(points.of(group)));
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

  private record Move(String split, String name) {
    String place() {
      return split + "/" + name;
    }
  }

  private static LabelledImage moved(LabelledImage image, Move move, boolean byPlace) {
    return new LabelledImage(
        byPlace ? move.place() : image.path(),
        move.split(),
        image.slice(),
        image.id(),
        image.size(),
        image.annotations());
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
