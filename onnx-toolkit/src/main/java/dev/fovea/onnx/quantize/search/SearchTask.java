package dev.fovea.onnx.quantize.search;

import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model is for: images to ask about, and the measure by which two models are compared.
 *
 * @param <A> what a model says to one image
 */
public interface SearchTask<A> {
  /** How many images there are, at least 1; each has a place from 0. */
  int images();

  /**
   * Asks a model about some images.
   *
   * @param places of the images
   * @return one answer an image, in their order
   * @throws dev.fovea.kernel.Problem when the model cannot be asked
   */
  List<A> answers(Path model, List<Integer> places) throws IOException;

  /**
   * By how much the measure falls from one model to another on the same images, with its interval
   * from pairs. It is a share: 0.01 is one point of a hundred.
   *
   * @param before answers of the float model
   * @param after answers of the other, to the same images in the same order
   * @param confidence of the interval
   * @return empty where there is no such measure of these images
   */
  Optional<BootstrapInterval> drop(List<A> before, List<A> after, double confidence);
}
