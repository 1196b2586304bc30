package dev.fovea.web.releases;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.rollouts.Rollout;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Whether the viewer may bring a release back. Only advice for the page: the rollouts' own service
 * decides.
 *
 * @param offered whether nothing stands against it
 * @param request goes with the form, so that one form sent twice starts one attempt
 * @param why what stands against it; empty where it is offered
 */
record Repeat(boolean offered, UUID request, String why) {
  /**
   * Nothing where the viewer may not, or where there is nothing to bring back.
   *
   * @param newest the newest attempt at the release
   * @param others the project's rollouts, as far as they are known
   */
  static Optional<Repeat> of(Caller viewer, Rollout newest, List<Rollout> others) {
    boolean decides =
        viewer.roles().contains(Role.RELEASE_MANAGER) || viewer.roles().contains(Role.ADMIN);
    boolean serves = newest.state() == Rollout.State.PROMOTED && newest.weight() > 0;
    if (!decides || !newest.state().ended() || serves) {
      return Optional.empty();
    }
    var request = UUID.randomUUID();
    return Optional.of(
        others.stream()
            .filter(other -> other.model().equals(newest.model()) && !other.state().ended())
            .findFirst()
            .map(other -> new Repeat(false, request, inTheWay(other)))
            .orElseGet(() -> new Repeat(true, request, "")));
  }

  private static String inTheWay(Rollout other) {
    return other.state() == Rollout.State.BAKING
        ? "%s %d bakes. Roll it back on its page, or wait until it has baked."
            .formatted(other.model(), other.number())
        : "A rollout of %s %d is under way. Reject it on its page, or wait until it has ended."
            .formatted(other.model(), other.number());
  }
}
