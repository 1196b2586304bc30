package dev.fovea.datasets.git;

import dev.fovea.datasets.quality.QualityGate;
import dev.fovea.datasets.versions.PushLog;
import dev.fovea.datasets.versions.QualityReports;
import dev.fovea.datasets.versions.VersionRecorder;
import dev.fovea.datasets.versions.Versions;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.Callers;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.PostReceiveHook;
import org.eclipse.jgit.transport.PreReceiveHook;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides one push: checks every branch before any moves, and makes the versions afterwards. */
final class PushGate implements PreReceiveHook, PostReceiveHook {
  private static final Logger LOG = LoggerFactory.getLogger(PushGate.class);

  private final Name project;
  private final QualityGate gate;
  private final Versions versions;
  private final PushLog log;
  private final VersionRecorder recorder;
  private final QualityReports reports;
  private final Map<ReceiveCommand, UUID> checked = new HashMap<>();

  PushGate(
      Name project,
      QualityGate gate,
      Versions versions,
      PushLog log,
      VersionRecorder recorder,
      QualityReports reports) {
    this.project = project;
    this.gate = gate;
    this.versions = versions;
    this.log = log;
    this.recorder = recorder;
    this.reports = reports;
  }

  @Override
  public void onPreReceive(ReceivePack push, Collection<ReceiveCommand> commands) {
    for (var command : commands) {
      RefRules.fault(command)
          .ifPresent(fault -> command.setResult(Result.REJECTED_OTHER_REASON, fault));
      if (command.getResult() == Result.NOT_ATTEMPTED && RefRules.movesBranch(command)) {
        check(push, command);
      }
    }
  }

  private void check(ReceivePack push, ReceiveCommand command) {
    var commit = GitCommit.of(command.getNewId().name());
    var branch = RefRules.branch(command);
    var who = Callers.current().subject();
    try {
      requireCommit(push, command.getNewId());
      var report =
          gate.check(project, push.getRepository(), commit, versions.settled(project, branch));
      var message = GateMessage.of(project, report);
      if (!message.isEmpty()) {
        push.sendMessage(message);
      }
      if (report.refuses()) {
        log.refused(project, branch, commit, who, report);
        command.setResult(Result.REJECTED_OTHER_REASON, "the quality gate refused it");
      } else {
        checked.put(command, log.checked(project, branch, commit, who, report, Optional.empty()));
      }
    } catch (IncorrectObjectTypeException e) {
      command.setResult(Result.REJECTED_OTHER_REASON, "a branch needs a commit");
    } catch (Problem e) {
      push.sendMessage("error: %s\n  fix: %s\n".formatted(e.explanation(), e.remedy()));
      command.setResult(Result.REJECTED_OTHER_REASON, "the quality gate could not look at it");
    } catch (IOException | RuntimeException e) {
      // Whatever goes wrong in a check, the branch must not move unchecked.
      LOG.error("the quality gate failed on {} of {}", commit, project, e);
      command.setResult(
          Result.REJECTED_OTHER_REASON, "the quality gate failed; nothing has changed, push again");
    }
  }

  private static void requireCommit(ReceivePack push, ObjectId id) throws IOException {
    push.getRevWalk().parseCommit(id);
  }

  @Override
  public void onPostReceive(ReceivePack push, Collection<ReceiveCommand> moved) {
    checked.forEach((command, id) -> {
      if (command.getResult() != Result.OK) {
        log.lost(id, RefRules.branch(command), "the branch did not move: " + command.getResult());
      }
    });
    if (moved.isEmpty()) {
      return;
    }
    try {
      for (var version : recorder.reconcile(project)) {
        push.sendMessage(
            "dataset %s: version %d, %d images, %d added, %d removed, %d relabelled"
                .formatted(
                    version.dataset(),
                    version.number(),
                    version.images(),
                    version.added(),
                    version.removed(),
                    version.relabelled()));
        push.sendMessage("  splits: " + counts(version.splits()));
        reports
            .find(project, version.dataset(), version.digest())
            .ifPresent(report -> push.sendMessage("  " + GateMessage.summary(report)));
        push.sendMessage("  " + version.digest());
      }
    } catch (RuntimeException e) {
      // The branch has moved; the versions follow at the next push or start.
      LOG.error("no version was recorded for a push to {}", project, e);
      push.sendMessage(
          "warning: the push is in, its dataset version is not made yet and will be at the next"
              + " push or start");
    }
  }

  private static String counts(Map<String, Integer> splits) {
    return splits.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(split -> "%s %d".formatted(split.getKey(), split.getValue()))
        .collect(Collectors.joining(", "));
  }
}
