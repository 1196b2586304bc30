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
  private static final int SHADOWED = -1;

  static List<Progress> of(Rollout rollout) {
    var stages = new ArrayList<Progress>();
    var preparing =
        rollout.state() == Rollout.State.PACKAGING || rollout.state() == Rollout.State.STARTING;
    stages.add(
        preparing
            ? new Progress(
                "now",
                "running",
                rollout.state() == Rollout.State.PACKAGING ? "package" : "start",
                "now")
            : new Progress("done", "pass", "start", ""));
    if (rollout.shadow().isPresent() && (preparing || rollout.stable().isPresent())) {
      stages.add(
          stage(rollout, SHADOWED, preparing, "shadow", rollout.shadow().get() + " % copied"));
    }
    var last = rollout.weights().size();
    for (int i = 0; i < last; i++) {
      stages.add(stage(rollout, i, preparing, rollout.weights().get(i) + " %", ""));
    }
    stages.add(approval(rollout));
    var everything = rollout.state() == Rollout.State.PROMOTED || baked(rollout);
    stages.add(
        everything
            ? new Progress("done", "pass", "100 %", "")
            : new Progress("then", "pending", "100 %", ""));
    rollout.bake().ifPresent(bake -> stages.add(bake(rollout, bake)));
    return List.copyOf(stages);
  }

  /** Whether it had everything at one time, and the version before it was kept warm. */
  private static boolean baked(Rollout rollout) {
    return rollout.bake().flatMap(Rollout.Bake::ends).isPresent();
  }

  private static Progress bake(Rollout rollout, Rollout.Bake bake) {
    return switch (rollout.state()) {
      case BAKING -> new Progress("now", "running", "bake", "can go back at once");
      case PROMOTED -> new Progress("done", "pass", "bake", "");
      default ->
          bake.ends().isPresent()
              ? new Progress("off", "fail", "bake", "ended here")
              : new Progress("then", "pending", "bake", "");
    };
  }

  private static Progress stage(
      Rollout rollout, int index, boolean preparing, String name, String note) {
    var over = rollout.state() == Rollout.State.PROMOTED || baked(rollout);
    if (!preparing && (index < rollout.stage() || over)) {
      return new Progress("done", "pass", name, "");
    }
    if (!preparing && index == rollout.stage()) {
      return rollout.state().ended()
          ? new Progress("off", "fail", name, "ended here")
          : new Progress("now", "running", name, note.isEmpty() ? "now" : note);
    }
    return new Progress("then", "pending", name, note);
  }

  private static Progress approval(Rollout rollout) {
    var note =
        rollout.approvals().isEmpty()
            ? ""
            : "by "
                + String.join(
                    ", ", rollout.approvals().stream().map(Rollout.Approval::who).toList());
    if (baked(rollout)) {
      return new Progress("done", "pass", "approval", note);
    }
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

  static String state(Rollout rollout) {
    return switch (rollout.state()) {
      case PACKAGING -> "packaging";
      case STARTING -> "starting";
      case SHADOW -> "shadow";
      case CANARY -> "canary";
      case AWAITING_APPROVAL -> "waits for a decision";
      case BAKING -> "bakes";
      case PROMOTED -> rollout.weight() > 0 ? "serves all traffic" : "served, replaced since";
      case ROLLED_BACK -> "rolled back";
      case REJECTED -> "rejected";
      case SUPERSEDED -> "superseded";
      case FAILED -> "broke off";
    };
  }
}
