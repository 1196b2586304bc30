package dev.fovea.vision.metrics.bootstrap;

import java.util.function.Supplier;

/**
 * A measure of images whose truths are known in short.
 *
 * @param truths what is true of the images
 * @param least the smallest number that the measure can be
 * @param most the largest number that it can be
 * @param players makes what a thread needs
 */
public record ImageMeasure(ImageTruths truths, double least, double most, Supplier<Player> players)
    implements Resampled {
  @Override
  public int images() {
    return truths.size();
  }

  @Override
  public boolean sameTruths(Resampled other) {
    return other instanceof ImageMeasure measure && truths.equals(measure.truths);
  }

  @Override
  public Player player() {
    return players.get();
  }
}
