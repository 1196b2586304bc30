package dev.fovea.web.releases;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.rollouts.Rollout;

/**
 * Whether the viewer may decide about a rollout. Only advice for the page: the rollouts' own
 * service decides who may.
 *
 * @param approves whether to offer the approval
 * @param rejects whether to offer the rejection
 * @param takesBack whether to offer the way back from a bake
 * @param why where something isn't offered, the reason
 */
record Standing(boolean approves, boolean rejects, boolean takesBack, String why) {
  static Standing of(Caller viewer, Rollout rollout) {
    if (!viewer.roles().contains(Role.RELEASE_MANAGER) && !viewer.roles().contains(Role.ADMIN)) {
      return new Standing(
          false,
          false,
          false,
          "You can read this release, not decide about it: a release manager can.");
    }
    if (rollout.state() == Rollout.State.BAKING) {
      return new Standing(false, false, true, "");
    }
    if (viewer.subject().equals(rollout.requestedBy())) {
      return new Standing(
          false,
          true,
          false,
          "You asked for this release, so somebody else approves it. You may reject it.");
    }
    if (rollout.approvals().stream()
        .anyMatch(approval -> approval.who().equals(viewer.subject()))) {
      return new Standing(false, true, false, "You have approved. It waits for another person.");
    }
    return new Standing(true, true, false, "");
  }
}
