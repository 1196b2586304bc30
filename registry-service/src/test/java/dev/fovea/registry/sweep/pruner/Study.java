package dev.fovea.registry.sweep.pruner;

import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.TrialState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A sweep in memory. */
final class Study implements Standings {
  private final Goal goal;
  private final Pruner pruner;
  private final TreeMap<Integer, Member> members = new TreeMap<>();
  private OptionalLong minResource = OptionalLong.empty();

  Study(Goal goal, Pruner pruner) {
    this.goal = goal;
    this.pruner = pruner;
  }

  boolean report(int trial, long step, double value) {
    var member = members.computeIfAbsent(trial, _ -> new Member());
    if (member.reports.stream().noneMatch(report -> report.step() == step)) {
      member.reports.add(new Report(step, value));
    }
    var curve = new Curve(member.reports, member.rungs.size());
    var verdict = pruner.judge(curve, this);
    while (member.rungs.size() < verdict.rungs()) {
      member.rungs.add(curve.last().orElseThrow().value());
    }
    if (verdict.minResource().isPresent()) {
      minResource = verdict.minResource();
    }
    return verdict.stop();
  }

  void end(int trial, TrialState state) {
    members.computeIfAbsent(trial, _ -> new Member()).state = state;
  }

  @Override
  public long completed() {
    return complete().count();
  }

  @Override
  public OptionalLong furthestCompleted() {
    return complete().flatMap(member -> member.reports.stream()).mapToLong(Report::step).max();
  }

  @Override
  public double[] completedAt(long step) {
    return complete()
        .flatMap(member -> member.reports.stream())
        .filter(report -> report.step() == step)
        .mapToDouble(Report::value)
        .toArray();
  }

  @Override
  public OptionalLong minResource() {
    return minResource;
  }

  @Override
  public Rung rung(int index, double loss) {
    var losses =
        members.values().stream()
            .filter(member -> member.rungs.size() > index)
            .mapToDouble(member -> goal.loss(member.rungs.get(index)))
            .toArray();
    return new Rung(losses.length, Arrays.stream(losses).filter(other -> other < loss).count());
  }

  private Stream<Member> complete() {
    return members.values().stream().filter(member -> member.state == TrialState.COMPLETE);
  }

  private static final class Member {
    private final List<Report> reports = new ArrayList<>();
    private final List<Double> rungs = new ArrayList<>();
    private TrialState state = TrialState.RUNNING;
  }
}
