package dev.fovea.registry.sweep;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Sweep;
import dev.fovea.registry.SweepReport;
import dev.fovea.registry.SweepReport.Axis;
import dev.fovea.registry.SweepReport.Course;
import dev.fovea.registry.SweepResults;
import dev.fovea.registry.SweepTrial;
import dev.fovea.registry.SweepTrial.State;
import dev.fovea.registry.sweep.space.ChoiceParameter;
import dev.fovea.registry.sweep.space.Parameter;
import dev.fovea.registry.sweep.space.RealParameter;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.space.WholeParameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.RestController;

/** Tells of sweeps without holding their rows. */
@RestController
class SweepResultsEndpoint implements SweepResults {
  private static final int MOST_TRIALS = 500;
  private static final int MOST_COURSES = 40;

  private final SweepRows sweeps;
  private final SweepListRows lists;
  private final TrialRows trials;

  SweepResultsEndpoint(SweepRows sweeps, SweepListRows lists, TrialRows trials) {
    this.sweeps = sweeps;
    this.lists = lists;
    this.trials = trials;
  }

  @Override
  public List<Sweep> newest(Name project) {
    return lists.newest(project);
  }

  @Override
  public SweepReport report(Name project, Name name, int from, int limit) {
    if (from < 0 || limit < 1 || limit > MOST_TRIALS) {
      throw new InvalidRequest(
          "from: %d, limit: %d (expected: from >= 0, limit 1 to %d)"
              .formatted(from, limit, MOST_TRIALS),
          "give numbers in these ranges");
    }
    var sweep = sweeps.load(project, name);
    var space = sweep.plan().space();
    var all = trials.all(sweep.id()).stream().map(row -> trial(space, row)).toList();
    var improvements = improvements(sweep, all);
    return new SweepReport(
        lists.load(project, name),
        IntStream.range(0, space.names().size())
            .mapToObj(i -> axis(space.names().get(i), space.parameters().get(i)))
            .toList(),
        all.stream().filter(trial -> trial.number() >= from).limit(limit).toList(),
        sample(all, improvements),
        thinned(improvements, MOST_DRAWN),
        thinned(front(sweep, all), MOST_DRAWN),
        courses(sweep, all, improvements));
  }

  private static List<SweepTrial> improvements(SweepRows.Row sweep, List<SweepTrial> all) {
    var better = new ArrayList<SweepTrial>();
    double least = Double.POSITIVE_INFINITY;
    for (var trial : all) {
      if (trial.state() == State.COMPLETE) {
        double loss = sweep.plan().goal().loss(trial.value().orElseThrow());
        if (loss < least || better.isEmpty()) {
          better.add(trial);
          least = loss;
        }
      }
    }
    return better;
  }

  private static List<SweepTrial> front(SweepRows.Row sweep, List<SweepTrial> all) {
    var goal = sweep.plan().goal();
    return Front.of(
        all.stream().filter(trial -> trial.latency().isPresent()).toList(),
        trial -> goal.loss(trial.value().orElseThrow()),
        trial -> trial.latency().orElseThrow());
  }

  private static List<SweepTrial> sample(List<SweepTrial> all, List<SweepTrial> improvements) {
    var some = new TreeSet<>(Comparator.comparingInt(SweepTrial::number));
    some.addAll(thinned(all, MOST_DRAWN - 1));
    if (!improvements.isEmpty()) {
      some.add(improvements.getLast());
    }
    return List.copyOf(some);
  }

  /** Evenly chosen, the first and the last among them. */
  private static List<SweepTrial> thinned(List<SweepTrial> all, int most) {
    return all.size() <= most
        ? all
        : IntStream.range(0, most)
            .mapToObj(i -> all.get((int) ((long) i * (all.size() - 1) / (most - 1))))
            .toList();
  }

  private List<Course> courses(
      SweepRows.Row sweep, List<SweepTrial> all, List<SweepTrial> improvements) {
    var pruned =
        all.reversed().stream()
            .filter(trial -> trial.state() == State.PRUNED)
            .limit(MOST_COURSES)
            .toList();
    var best = improvements.isEmpty() ? Stream.<SweepTrial>of() : Stream.of(improvements.getLast());
    var told = Stream.concat(best, pruned.reversed().stream()).toList();
    var reports = lists.courses(sweep.id(), told.stream().map(SweepTrial::number).toList());
    return told.stream()
        .map(trial ->
            new Course(
                trial.number(), trial.state(), reports.getOrDefault(trial.number(), List.of())))
        .filter(course -> !course.reports().isEmpty())
        .toList();
  }

  private static Axis axis(String name, Parameter parameter) {
    return switch (parameter) {
      case RealParameter real -> new Axis(name, real.log(), true);
      case WholeParameter whole -> new Axis(name, whole.log(), true);
      case ChoiceParameter _ -> new Axis(name, false, false);
    };
  }

  private static SweepTrial trial(SearchSpace space, TrialRows.Row row) {
    var params = new LinkedHashMap<String, String>();
    space
        .shown(row.trial().point())
        .forEach((name, value) -> params.put(name, String.valueOf(value)));
    return new SweepTrial(
        row.number(),
        State.valueOf(row.trial().state().name()),
        params,
        boxed(row.trial().value()),
        boxed(row.trial().latency()),
        row.trial().last().map(last -> new SweepTrial.Reported(last.step(), last.value())),
        row.attempt(),
        row.run(),
        row.worker(),
        row.leaseEnds(),
        row.isRunning() && row.isLate(),
        row.note());
  }

  private static Optional<Double> boxed(OptionalDouble number) {
    return number.isPresent() ? Optional.of(number.getAsDouble()) : Optional.empty();
  }
}
