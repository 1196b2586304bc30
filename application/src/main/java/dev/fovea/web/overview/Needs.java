package dev.fovea.web.overview;

import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Device;
import dev.fovea.pipelines.Release;
import dev.fovea.rollouts.Rollout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Something that waits for a person.
 *
 * @param verdict its chip; empty where it is no verdict
 * @param state the word in front of it where it is no verdict
 * @param act the button's words
 * @param urgent whether traffic waits for it
 */
record Needs(
    String verdict,
    String state,
    String icon,
    String name,
    String href,
    String why,
    Instant since,
    String act,
    boolean urgent) {
  /**
   * Most urgent first: decisions, refused releases of the newest versions, labels, lost devices.
   */
  static List<Needs> of(
      Name project,
      List<Rollout> rollouts,
      List<Release> releases,
      List<Batch> batches,
      List<Device> devices) {
    var needs = new ArrayList<Needs>();
    for (var rollout : rollouts) {
      if (rollout.state() == Rollout.State.AWAITING_APPROVAL) {
        needs.add(decision(project, rollout));
      }
    }
    var seen = new HashSet<Name>();
    for (var release : releases) {
      if (seen.add(release.model())) {
        refused(project, release).ifPresent(needs::add);
      }
    }
    for (var batch : batches) {
      if (batch.version().isEmpty()) {
        needs.add(labels(project, batch));
      }
    }
    for (var device : devices) {
      if (device.state() == Device.State.LOST) {
        needs.add(
            new Needs(
                "error",
                "",
                "error",
                "Device " + device.name(),
                "/" + project + "/lab",
                "It has stopped answering; what waits for it waits on.",
                device.seen(),
                "Open the lab",
                false));
      }
    }
    return List.copyOf(needs);
  }

  private static Needs decision(Name project, Rollout rollout) {
    var since =
        rollout.timeline().isEmpty() ? rollout.started() : rollout.timeline().getLast().at();
    return new Needs(
        "",
        "To decide",
        "inconclusive",
        "Release %s %d".formatted(rollout.model(), rollout.number()),
        "/%s/releases/%s".formatted(project, rollout.release().abbreviated()),
        rollout.reason(),
        since,
        "Decide",
        true);
  }

  private static Optional<Needs> refused(Name project, Release release) {
    if (release.state() != Release.State.REFUSED && release.state() != Release.State.FAILED) {
      return Optional.empty();
    }
    return Optional.of(
        new Needs(
            release.state() == Release.State.REFUSED ? "fail" : "error",
            "",
            "",
            "Release %s %d".formatted(release.model(), release.number()),
            "/%s/releases/%s".formatted(project, release.digest().abbreviated()),
            release.reason(),
            release.started(),
            "Read why",
            false));
  }

  private static Needs labels(Name project, Batch batch) {
    int left = batch.items() - batch.labelled();
    var name =
        left > 0
            ? "%d frames, batch %s".formatted(left, batch.digest().abbreviated())
            : "Batch " + batch.digest().abbreviated();
    return new Needs(
        "",
        left > 0 ? "To label" : "To commit",
        "pending",
        name,
        "/%s/batches/%s".formatted(project, batch.digest().abbreviated()),
        left > 0
            ? "Frames of %s that it was unsure of; their labels make the next version of %s."
                .formatted(batch.model(), batch.dataset())
            : "All frames are done; committing them makes the next version of %s."
                .formatted(batch.dataset()),
        batch.chosen(),
        left > 0 ? "Label" : "Commit",
        false);
  }
}
