package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;

/**
 * Every labelled image of a batch is in the dataset already: adding it again could carry it from
 * one split into another.
 */
public final class NothingNewInBatch extends Problem {
  private final Digest batch;
  private final int known;

  /**
   * @param known how many labelled images the dataset has already
   */
  public NothingNewInBatch(Digest batch, int known) {
    super(
        Kind.CONFLICT,
        "batch %s adds nothing: all %d labelled images are in the dataset already"
            .formatted(batch.abbreviated(), known),
        "choose the next batch");
    this.batch = batch;
    this.known = known;
  }

  public Digest batch() {
    return batch;
  }

  public int known() {
    return known;
  }
}
