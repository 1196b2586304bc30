package dev.fovea.web.releases;

import dev.fovea.pipelines.Release;
import dev.fovea.rollouts.Rollout;
import java.util.ArrayList;
import java.util.List;

/**
 * One stage of a rollout's way to all traffic.
 *
 * @param style {@code done}, {@code now}, {@code next}, {@code then} or {@code off}
 * @param icon the shape before its word
 * @param name such as {@code 25 %}
 * @param note what stands below it
 */
record Progress(String style, String icon, String name, String note) {
  static List<Progress> of(Rollout rollout) {
    var stages = new ArrayList<Progress>();
    var shadow =
        rollout.state() == Rollout.State.PACKAGING || rollout.state() == Rollout.State.STARTING;
    stages.add(
        shadow
            ? new Progress(
                "now",
                "running",
                rollout.state() == Rollout.State.PACKAGING ? "package" : "start",
                "now")
            : new Progress("done", "pass", "start", ""));
    var last = rollout.weights().size();
    for (int i = 0; i < last; i++) {
      stages.add(stage(rollout, i, shadow, rollout.weights().get(i) + " %"));
    }
    stages.add(approval(rollout));
    stages.add(
        rollout.state() == Rollout.State.PROMOTED
            ? new Progress("done", "pass", "100 %", "")
            : new Progress("then", "pending", "100 %", ""));
    return List.copyOf(stages);
  }

  private static Progress stage(Rollout rollout, int index, boolean shadow, String name) {
    if (!shadow && (index < rollout.stage() || rollout.state() == Rollout.State.PROMOTED)) {
      return new Progress("done", "pass", name, "");
    }
    if (!shadow && index == rollout.stage()) {
      return rollout.state().ended()
          ? new Progress("off", "fail", name, "ended here")
          : new Progress("now", "running", name, "now");
    }
    return new Progress("then", "pending", name, "");
  }

  private static Progress approval(Rollout rollout) {
    var note =
        rollout.approvals().isEmpty()
            ? ""
            : "by "
                + String.join(
                    ", ", rollout.approvals().stream().map(Rollout.Approval::who).toList());
    return switch (rollout.state()) {
      case PROMOTED -> new Progress("done", "pass", "approval", note);
      case AWAITING_APPROVAL ->
          new Progress(
              "next", "inconclusive", "approval", note.isEmpty() ? "waits for a person" : note);
      case REJECTED -> new Progress("off", "fail", "approval", "rejected");
      default -> new Progress("then", "pending", "approval", "");
    };
  }

  /** Where a release or its rollout stands, in a word for a state that is no verdict. */
  static String state(Release.State state) {
    return switch (state) {
      case RUNNING -> "running";
      case WAITING -> "waiting";
      case REFUSED -> "refused";
      case RELEASED -> "released";
      case FAILED -> "broke off";
    };
  }

  static String state(Rollout.State state) {
    return switch (state) {
      case PACKAGING -> "packaging";
      case STARTING -> "starting";
      case CANARY -> "canary";
      case AWAITING_APPROVAL -> "waits for a decision";
      case PROMOTED -> "serves all traffic";
      case ROLLED_BACK -> "rolled back";
      case REJECTED -> "rejected";
      case SUPERSEDED -> "superseded";
      case FAILED -> "broke off";
    };
  }
}
