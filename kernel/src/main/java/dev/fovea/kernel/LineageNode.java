package dev.fovea.kernel;

import java.nio.charset.StandardCharsets;

/**
 * One thing in the lineage graph: everything that Fovea handles has a digest by which it can be
 * asked where it came from.
 *
 * @param kind what it is
 * @param digest its digest; a thing without content of its own (a run, a device) has the digest of
 *     its name, see {@link #named}
 * @param label what a person calls it, such as {@code digit-reader 3}
 */
public record LineageNode(Kind kind, Digest digest, String label) {
  /** The stations of the thread that every page shows, in its order. */
  public enum Kind {
    COMMIT,
    DATASET_VERSION,
    /** A file or folder that a stage of DVC's read or made, and that is no dataset version. */
    DATA,
    /** One run of a stage of a {@code dvc.yaml}. */
    STAGE,
    RUN,
    MODEL_VERSION,
    VARIANT,
    EVALUATION,
    PROFILE,
    DEVICE,
    RELEASE,
    IMAGE,
    ROLLOUT,
    FRAME,
    BATCH
  }

  /** A thing that has a name and no content: its digest is that of its kind and its name. */
  public static LineageNode named(Kind kind, String name, String label) {
    return new LineageNode(
        kind, Digest.sha256((kind + ":" + name).getBytes(StandardCharsets.UTF_8)), label);
  }
}
