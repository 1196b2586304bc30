package dev.fovea.pipelines.evaluate;

import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.vision.tiling.Views;
import java.util.HashMap;
import java.util.Map;

/**
 * An image as a model's inputs: one, or one a view where it is seen in tiles. Several models are
 * asked about it, so the inputs are kept where they are few.
 */
public final class Picture {
  /** What the inputs of tiles may take together: 64 MiB. */
  private static final long MOST_KEPT_FLOATS = 16L << 20;

  private final Views views;
  private final long[] axes;
  private final boolean keeps;
  private final Map<Integer, FloatTensor> kept = new HashMap<>();

  Picture(Views views, long[] axes) {
    this.views = views;
    this.axes = axes.clone();
    this.keeps = views.size() == 1 || (long) views.size() * views.length() <= MOST_KEPT_FLOATS;
  }

  /** Where a model looks. */
  public Views views() {
    return views;
  }

  /** The first input; the only one where the image is not in tiles. */
  public FloatTensor input() {
    return input(0);
  }

  /** The input of one view. */
  public FloatTensor input(int place) {
    return keeps ? kept.computeIfAbsent(place, this::made) : made(place);
  }

  private FloatTensor made(int place) {
    return new FloatTensor(axes, views.input(place));
  }
}
