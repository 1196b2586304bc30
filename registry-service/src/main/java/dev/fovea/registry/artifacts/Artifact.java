package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Digest;

/**
 * A file of a run or logged model.
 *
 * @param path relative to its owner's folder
 */
public record Artifact(String path, Digest digest, long bytes) {
  /** The last segment of its path. */
  public String fileName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
