package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Manifest;

/** Writes something down about each version, together with it. */
public interface VersionFollower {
  /**
   * A version is being made; called in its transaction, before it is announced.
   *
   * @param before the manifest of its parent; without samples where it has none
   * @param now its own
   */
  void recording(DatasetVersion version, Manifest before, Manifest now);

  /**
   * Writes what older versions lack; called in a thread of its own at each start. It may be
   * interrupted and killed, and goes on at the next start.
   */
  void catchUp();
}
