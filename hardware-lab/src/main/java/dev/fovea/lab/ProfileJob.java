package dev.fovea.lab;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.util.Optional;

/**
 * A profile that was asked for.
 *
 * @param id the digest of the request: the same request is the same job
 * @param ahead how many jobs wait for the device before this one
 * @param profile what was measured, once done
 * @param failure why not, once failed
 */
public record ProfileJob(
    Digest id,
    Name device,
    State state,
    int ahead,
    Optional<Profile> profile,
    Optional<String> failure) {
  /** Where it stands. */
  public enum State {
    WAITING,
    RUNNING,
    DONE,
    FAILED
  }
}
