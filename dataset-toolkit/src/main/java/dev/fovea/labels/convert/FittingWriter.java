package dev.fovea.labels.convert;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Extras;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.convert.Loss.Outcome;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Gives a writer only what its format holds. */
final class FittingWriter implements LabelWriter {
  private final LabelWriter writer;
  private final LabelFormat format;
  private final Losses losses;
  private final Fitting fitting;

  FittingWriter(LabelWriter writer, LabelFormat format, Losses losses) {
    this.writer = writer;
    this.format = format;
    this.losses = losses;
    this.fitting = new Fitting(format.holds(), losses);
  }

  @Override
  public void accept(LabelledImage image) throws IOException {
    var annotations = new ArrayList<Annotation>();
    boolean classified = false;
    for (var annotation : image.annotations()) {
      boolean whole = annotation.shape() instanceof WholeImage;
      if (whole && classified && lacks(Feature.SEVERAL_CLASSES, true, image.path())) {
        continue;
      }
      classified |= whole;
      if (annotation.shape() instanceof Mask mask
          && image.size().isPresent()
          && lacks(
              Feature.MASK_OF_OTHER_SIZE, !image.size().get().equals(mask.size()), image.path())) {
        continue;
      }
      if (format.measuresInFractions() && image.size().isEmpty() && !whole) {
        losses.add(Feature.of(annotation.shape()), Outcome.SIZE_UNKNOWN, image.path());
      } else {
        annotations.addAll(fitting.fit(annotation, image.path()));
      }
    }
    var path = image.path();
    if (annotations.isEmpty() && lacks(Feature.BACKGROUND, true, path)) {
      return;
    }
    writer.accept(
        new LabelledImage(
            path,
            lacks(Feature.SPLIT, !image.split().isEmpty(), path) ? "" : image.split(),
            lacks(Feature.SLICE, image.slice().isPresent(), path)
                ? Optional.empty()
                : image.slice(),
            lacks(Feature.IMAGE_ID, image.id().isPresent(), path)
                ? OptionalLong.empty()
                : image.id(),
            lacks(Feature.IMAGE_SIZE, image.size().isPresent(), path)
                    && !format.measuresInFractions()
                ? Optional.empty()
                : image.size(),
            List.copyOf(annotations),
            lacks(Feature.LICENCE, image.licence().isPresent(), path)
                ? Optional.empty()
                : image.licence(),
            lacks(Feature.EXTRAS, !image.extras().isEmpty(), path) ? Extras.NONE : image.extras()));
  }

  private boolean lacks(Feature feature, boolean used, String example) {
    return lacks(format.holds(), feature, used, example, losses);
  }

  static boolean lacks(
      Set<Feature> held, Feature feature, boolean used, String example, Losses losses) {
    boolean lost = used && !held.contains(feature);
    if (lost) {
      losses.add(feature, Outcome.DROPPED, example);
    }
    return lost;
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
