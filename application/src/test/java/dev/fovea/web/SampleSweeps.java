package dev.fovea.web;

import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Sweep;
import dev.fovea.registry.SweepReport;
import dev.fovea.registry.SweepReport.Axis;
import dev.fovea.registry.SweepReport.Course;
import dev.fovea.registry.SweepResults;
import dev.fovea.registry.SweepTrial;
import dev.fovea.registry.SweepTrial.Reported;
import dev.fovea.registry.SweepTrial.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A sweep in the middle of its trials, and one that nobody has asked yet. */
final class SampleSweeps implements SweepResults {
  static final Name LR = Name.of("lr-search");
  static final Name FRESH = Name.of("fresh");
  static final Name EDGE = Name.of("edge");
  private static final int TRIALS = 80;

  private final List<SweepTrial> trials =
      IntStream.range(0, TRIALS).mapToObj(i -> trial(i, false)).toList();
  private final List<SweepTrial> timed =
      IntStream.range(0, TRIALS).mapToObj(i -> trial(i, true)).toList();

  private static SweepTrial trial(int i, boolean timed) {
    var state =
        i >= TRIALS - 3
            ? State.RUNNING
            : i % 3 == 1 ? State.PRUNED : i == 9 ? State.FAILED : State.COMPLETE;
    var params = new LinkedHashMap<String, String>();
    params.put("lr", String.valueOf(Math.pow(10, -1 - (i * 7 % 40) / 10.0)));
    params.put("optimizer", i == 5 ? Samples.HOSTILE : i % 2 == 0 ? "adamw" : "sgd");
    params.put("width", String.valueOf(16 << (i % 4)));
    double value = .30 + .4 / (1 + i) + .05 * Math.abs(Math.sin(i * 2.1));
    return new SweepTrial(
        i,
        state,
        params,
        state == State.COMPLETE ? Optional.of(value) : Optional.empty(),
        state == State.COMPLETE && timed
            ? Optional.of(4 + 60 * Math.abs(Math.cos(i * 1.3)) * (.8 - value))
            : Optional.empty(),
        i == TRIALS - 1 ? Optional.empty() : Optional.of(new Reported(12, value + .02)),
        i == 12 ? 2 : 1,
        "e000000" + i % 9 + "0".repeat(24),
        "gpu-" + i % 3,
        minutesAgo(i == TRIALS - 2 ? 3 : -10),
        i == TRIALS - 2,
        state == State.FAILED ? "its run logged nothing for 'val/" + Samples.HOSTILE + "'" : "");
  }

  @Override
  public List<Sweep> newest(Name project) {
    return project.equals(PARCELS) ? List.of(sweep(LR), sweep(EDGE), sweep(FRESH)) : List.of();
  }

  private Sweep sweep(Name name) {
    var states = new LinkedHashMap<State, Integer>();
    if (!name.equals(FRESH)) {
      trials.forEach(trial -> states.merge(trial.state(), 1, Integer::sum));
    }
    return new Sweep(
        name,
        "digits",
        false,
        name.equals(FRESH) ? "grid" : "tpe",
        120,
        states,
        name.equals(FRESH)
            ? Optional.empty()
            : Optional.of(improvements().getLast().value().orElseThrow()),
        name.equals(EDGE) ? Optional.of("val/loss") : Optional.empty(),
        name.equals(EDGE),
        minutesAgo(300),
        "ada");
  }

  private List<SweepTrial> improvements() {
    var better = new ArrayList<SweepTrial>();
    for (var trial : trials) {
      if (trial.value().isPresent()
          && (better.isEmpty() || trial.value().get() < better.getLast().value().get())) {
        better.add(trial);
      }
    }
    return better;
  }

  @Override
  public SweepReport report(Name project, Name sweep, int from, int limit) {
    if (!project.equals(PARCELS) || !List.of(LR, FRESH, EDGE).contains(sweep)) {
      throw new NoSuchThing("sweep", sweep.text(), "make it first: POST its plan to …/sweeps");
    }
    var axes =
        List.of(
            new Axis("lr", true, true),
            new Axis("optimizer", false, false),
            new Axis("width", false, true));
    if (sweep.equals(FRESH)) {
      return new SweepReport(
          sweep(FRESH), axes, List.of(), List.of(), List.of(), List.of(), List.of());
    }
    var all = sweep.equals(EDGE) ? timed : trials;
    return new SweepReport(
        sweep(sweep),
        axes,
        all.stream().filter(trial -> trial.number() >= from).limit(limit).toList(),
        all,
        improvements(),
        sweep.equals(EDGE) ? front() : List.of(),
        courses());
  }

  private List<SweepTrial> front() {
    return timed.stream()
        .filter(one -> one.latency().isPresent())
        .filter(one ->
            timed.stream()
                .filter(other -> other.latency().isPresent())
                .noneMatch(other ->
                    other.value().orElseThrow() < one.value().orElseThrow()
                        && other.latency().orElseThrow() < one.latency().orElseThrow()))
        .toList();
  }

  private List<Course> courses() {
    return trials.stream()
        .filter(trial -> trial.state() == State.PRUNED || trial.equals(improvements().getLast()))
        .map(trial ->
            new Course(
                trial.number(),
                trial.state(),
                IntStream.range(0, trial.state() == State.PRUNED ? 3 + trial.number() % 9 : 20)
                    .mapToObj(step ->
                        new Reported(
                            step,
                            trial.number() == 4 && step == 2
                                ? Double.NaN
                                : .3 + Math.exp(-step / 5.0) + trial.number() % 7 * .05))
                    .toList()))
        .toList();
  }
}
