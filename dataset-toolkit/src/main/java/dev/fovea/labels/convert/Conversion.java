package dev.fovea.labels.convert;

import dev.fovea.labels.Classes;
import dev.fovea.labels.Extras;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.Notes;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.LabelWriter;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Writes labels of any format in another, image by image. */
public final class Conversion {
  private Conversion() {}

  /**
   * Reads a whole dataset twice, once for its classes, and writes it.
   *
   * @return what the target could not hold; the source's findings are what the reader could not use
   * @throws LabelMistake when a file is not of the first format; what is written by then is rubbish
   */
  public static Losses convert(LabelFormat from, LabelSource source, LabelFormat to, Sink sink)
      throws IOException, LabelMistake {
    var losses = new Losses();
    try (var writer = writer(to, sink, from.classes(source), losses)) {
      from.read(source, writer);
    }
    return losses;
  }

  /**
   * A writer that takes anything and leaves out what the format cannot hold.
   *
   * @param classes of everything that will be written
   * @param losses told of what is left out
   */
  public static LabelWriter writer(LabelFormat format, Sink sink, Classes classes, Losses losses)
      throws IOException {
    var held = format.holds();
    var fitting = classes.list().stream().map(each -> fit(each, held, losses)).toList();
    return new FittingWriter(
        format.open(sink, new Classes(fitting, fit(classes.notes(), held, losses))),
        format,
        losses);
  }

  private static Notes fit(Notes notes, Set<Feature> held, Losses losses) {
    for (var each : notes.licences()) {
      FittingWriter.lacks(held, Feature.LICENCE, true, "licence " + each.number(), losses);
    }
    for (var name : notes.extras().fields().keySet()) {
      FittingWriter.lacks(held, Feature.NOTES, true, name, losses);
    }
    return new Notes(
        held.contains(Feature.LICENCE) ? notes.licences() : List.of(),
        held.contains(Feature.NOTES) ? notes.extras() : Extras.NONE);
  }

  private static LabelClass fit(LabelClass each, Set<Feature> held, Losses losses) {
    var name = each.name();
    boolean noId = FittingWriter.lacks(held, Feature.CLASS_ID, each.id().isPresent(), name, losses);
    boolean noParent =
        FittingWriter.lacks(held, Feature.CLASS_PARENT, !each.parent().isEmpty(), name, losses);
    boolean noNames =
        FittingWriter.lacks(
            held, Feature.KEYPOINT_NAMES, !each.keypoints().isEmpty(), name, losses);
    boolean noSkeleton =
        FittingWriter.lacks(held, Feature.SKELETON, !each.skeleton().isEmpty(), name, losses);
    boolean noExtras =
        FittingWriter.lacks(held, Feature.EXTRAS, !each.extras().isEmpty(), name, losses);
    return new LabelClass(
        name,
        noId ? OptionalLong.empty() : each.id(),
        noParent ? "" : each.parent(),
        noNames ? List.of() : each.keypoints(),
        noSkeleton ? List.of() : each.skeleton(),
        noExtras ? Extras.NONE : each.extras());
  }
}
