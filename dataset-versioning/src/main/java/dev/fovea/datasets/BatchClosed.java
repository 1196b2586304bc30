package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;

/** A batch that is committed, or is being committed, takes no more labels. */
public final class BatchClosed extends Problem {
  private final Digest batch;

  public BatchClosed(Digest batch) {
    super(
        Kind.CONFLICT,
        "batch %s takes no more labels: it is committed".formatted(batch.abbreviated()),
        "choose the next batch; if no version came of this one, commit it again");
    this.batch = batch;
  }

  public Digest batch() {
    return batch;
  }
}
