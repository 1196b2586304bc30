package dev.fovea.pipelines.status;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.teamfile.Gate;
import java.util.List;
import java.util.Optional;

/** How releases stand, with the gates that they are held against. */
public interface Standings {
  /** One of a project's. */
  Optional<Standing> of(Name project, Digest release);

  /**
   * How one stands.
   *
   * @param gates in the order of its policy, which is the order of a verdict's rulings
   */
  record Standing(Release release, List<Gate> gates) {}
}
