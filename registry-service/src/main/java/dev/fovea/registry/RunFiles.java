package dev.fovea.registry;

import dev.fovea.kernel.Digest;
import java.util.List;

/**
 * The files of a run.
 *
 * @param files by path; at most 500
 * @param all how many there are, counted up to 10,000
 */
public record RunFiles(List<File> files, int all) {
  /**
   * One file.
   *
   * @param path slash-separated, relative to the run's folder
   */
  public record File(String path, Digest digest, long bytes) {}
}
