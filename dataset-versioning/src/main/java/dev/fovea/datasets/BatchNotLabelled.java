package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;

/** A batch cannot be committed while it has no label. */
public final class BatchNotLabelled extends Problem {
  private final Digest batch;

  public BatchNotLabelled(Digest batch) {
    super(
        Kind.CONFLICT,
        "batch %s has no labelled item".formatted(batch.abbreviated()),
        "label at least one item, then commit the batch");
    this.batch = batch;
  }

  public Digest batch() {
    return batch;
  }
}
