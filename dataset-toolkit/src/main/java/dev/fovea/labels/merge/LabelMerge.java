package dev.fovea.labels.merge;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Licence;
import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.convert.Loss;
import dev.fovea.labels.convert.Losses;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.merge.ImageMerge.Merged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Three-way merge of the labels of a dataset. Images are the same by path, objects by {@link
 * dev.fovea.labels.compare.Matching} with the base, and each of their fields is merged by itself:
 * what one side changed is taken, what both changed in the same way is taken once, and what both
 * changed in different ways is a conflict, for which the result has what ours says. What one side
 * deleted and the other changed is a conflict; what both deleted is gone.
 *
 * <p>Reads the three datasets into memory, at most 12 million numbers each.
 */
public final class LabelMerge {
  private LabelMerge() {}

  /**
   * What came of it.
   *
   * @param conflicts of fields, objects and images that both changed
   * @param losses what the writer could not hold, such as a coordinate that is not finite
   */
  public record Result(Conflicts conflicts, List<Loss> losses) {
    public Result {
      losses = List.copyOf(losses);
    }
  }

  /**
   * Merges and writes. An empty dataset stands for a side that has none; the findings of the three
   * sources are what their readers could not use, and what is therefore not in the result.
   *
   * @param sink where the result is written, in the same format
   * @throws LabelMistake when a file is not of the format, or an image is there twice
   */
  public static Result merge(
      LabelFormat format, LabelSource base, LabelSource ours, LabelSource theirs, Sink sink)
      throws IOException, LabelMistake {
    return merge(
        format,
        HeldImages.read(format, base, "the base"),
        HeldImages.read(format, ours, "our side"),
        HeldImages.read(format, theirs, "their side"),
        sink);
  }

  static Result merge(
      LabelFormat format, HeldImages base, HeldImages ours, HeldImages theirs, Sink sink)
      throws IOException {
    var conflicts = new Conflicts();
    var merging = new ImageMerge(conflicts);
    var paths = new ArrayList<>(ours.images().keySet());
    theirs.images().keySet().stream()
        .filter(path -> !ours.images().containsKey(path))
        .forEach(paths::add);
    var merged = new ArrayList<Merged>();
    for (var path : paths) {
      merging.merge(base.find(path), ours.find(path), theirs.find(path)).ifPresent(merged::add);
    }
    var used = new HashSet<String>();
    var licences = new HashSet<Licence>();
    for (var each : merged) {
      each.image().annotations().stream().map(Annotation::label).forEach(used::add);
      each.image().licence().ifPresent(licences::add);
    }
    var classes =
        new Classes(
            new ClassMerge(base.classes(), ours.classes(), theirs.classes(), conflicts).merge(used),
            new NotesMerge(conflicts)
                .merge(
                    base.classes().notes(),
                    ours.classes().notes(),
                    theirs.classes().notes(),
                    licences));
    var images = Numbers.settle(merged);
    var losses = new Losses();
    try (var writer = Conversion.writer(format, sink, classes, losses)) {
      for (var image : images) {
        writer.accept(image);
      }
    }
    return new Result(
        conflicts,
        // A format that cannot hold sizes has them from the images.
        losses.list().stream().filter(loss -> loss.feature() != Feature.IMAGE_SIZE).toList());
  }
}
