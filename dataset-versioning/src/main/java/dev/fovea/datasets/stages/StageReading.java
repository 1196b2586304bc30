package dev.fovea.datasets.stages;

import dev.fovea.datasets.PipelineStages.Comparison;
import dev.fovea.datasets.PipelineStages.Dep;
import dev.fovea.datasets.PipelineStages.Kept;
import dev.fovea.datasets.PipelineStages.Out;
import dev.fovea.datasets.PipelineStages.Parameter;
import dev.fovea.datasets.PipelineStages.Stage;
import dev.fovea.datasets.PipelineStages.State;
import dev.fovea.datasets.stages.CommitPipelines.Pipeline;
import dev.fovea.dvc.pipeline.DeclaredStage;
import dev.fovea.dvc.pipeline.DeclaredStage.Said;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.dvc.pipeline.DvcPipeline;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What one stage is to do, held against what its lock says that it did (dvc 3.67, {@code stage}).
 */
final class StageReading {
  static final int LONGEST_PATH = 1_024;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_COMMAND = 2_000;
  private static final int LONGEST_VALUE = 200;
  private static final int MOST_REASONS = 5;

  private final Pipeline pipeline;
  private final DeclaredStage declared;
  private final Optional<DvcLock.Stage> ran;
  private final TrackedContent tracked;
  private final ParameterFiles parameters;
  private final Set<String> here;
  private final List<String> changes = new ArrayList<>();

  StageReading(
      Pipeline pipeline,
      DeclaredStage declared,
      Optional<DvcLock.Stage> ran,
      TrackedContent tracked,
      ParameterFiles parameters,
      Set<String> here) {
    this.pipeline = pipeline;
    this.declared = declared;
    this.ran = ran;
    this.tracked = tracked;
    this.parameters = parameters;
    this.here = here;
  }

  /**
   * Reads it.
   *
   * @param known whether its name is one that the {@code dvc.yaml} makes, or one of the lock's
   *     alone
   */
  Stage read(boolean known) throws IOException {
    var command = command();
    var deps = deps();
    var values = parameters();
    var outs = outs();
    var state = state(deps, outs);
    return new Stage(
        Text.excerpt(pipeline.file(), LONGEST_PATH),
        Text.excerpt(declared.name(), LONGEST_NAME),
        command,
        deps,
        values,
        outs,
        state,
        reasons(state, deps, outs, known));
  }

  private State state(List<Dep> deps, List<Out> outs) {
    if (declared.fault().isPresent() || !pipeline.known()) {
      return State.UNKNOWN;
    }
    if (ran.isEmpty()) {
      return State.NEVER_RAN;
    }
    if (!changes.isEmpty() && !declared.frozen()) {
      return State.CHANGED;
    }
    if (declared.always() || deps.isEmpty() && outs.isEmpty() && declared.parameters().isEmpty()) {
      return State.ALWAYS_RUNS;
    }
    return outs.stream().anyMatch(out -> out.kept() == Kept.MISSING)
        ? State.NOT_PUSHED
        : State.UNCHANGED;
  }

  private List<String> reasons(State state, List<Dep> deps, List<Out> outs, boolean known) {
    var reasons = new ArrayList<String>();
    switch (state) {
      case UNKNOWN ->
          reasons.add(
              declared
                  .fault()
                  .map(fault -> Text.excerpt(fault, LONGEST_VALUE))
                  .orElse("its dvc.lock can't be read"));
      case CHANGED -> {
        changes.stream().limit(MOST_REASONS).forEach(reasons::add);
        if (changes.size() > MOST_REASONS) {
          reasons.add("and %,d more".formatted(changes.size() - MOST_REASONS));
        }
      }
      case NOT_PUSHED ->
          outs.stream()
              .filter(out -> out.kept() == Kept.MISSING)
              .limit(1)
              .forEach(out ->
                  reasons.add(
                      "%s is not in this project's DVC remote; 'dvc push' brings it"
                          .formatted(Text.excerpt(out.path()))));
      case ALWAYS_RUNS ->
          reasons.add(
              declared.always() ? "it says 'always_changed'" : "it reads and makes nothing");
      case UNCHANGED, NEVER_RAN -> {}
    }
    long unseen = deps.stream().filter(dep -> dep.now() == Comparison.UNKNOWN).count();
    if (ran.isPresent() && unseen > 0 && state != State.CHANGED && state != State.UNKNOWN) {
      reasons.add(
          "%,d of %,d inputs not compared: Git alone does not tell what they are now"
              .formatted(unseen, deps.size()));
    }
    if (declared.frozen()) {
      reasons.add("frozen: 'dvc repro' leaves it as it is");
    }
    if (!known) {
      reasons.add("what its foreach or matrix goes through is not known here");
    }
    return reasons;
  }

  private String command() {
    var said = declared.command();
    var last = ran.map(DvcLock.Stage::command).orElse("");
    if (said.known() && !last.isEmpty() && !flat(said.text()).equals(flat(last))) {
      changes.add("its command is another");
    }
    var shown = said.known() || last.isEmpty() ? said.text() : last;
    return Text.excerpt(Logins.without(flat(shown)), LONGEST_COMMAND);
  }

  private static String flat(String command) {
    return command.strip().replaceAll("\\s+", " ");
  }

  private List<Dep> deps() throws IOException {
    var entries = entries(ran.map(DvcLock.Stage::deps).orElse(List.of()));
    var deps = new ArrayList<Dep>();
    for (var path : paths(declared.deps(), entries)) {
      var entry = Optional.<DvcLock.Entry>ofNullable(entries.get(path));
      var now = Comparison.UNKNOWN;
      if (entry.isPresent()) {
        now = tracked.compare(path, entry.get());
      } else if (ran.isPresent() && isPlace(path)) {
        now = Comparison.CHANGED;
      }
      if (now == Comparison.CHANGED) {
        changes.add(
            entry.isPresent()
                ? "%s is another than the one that it read".formatted(brief(path))
                : "it did not read %s when it ran".formatted(brief(path)));
      }
      deps.add(new Dep(shown(path), size(entry), now));
    }
    return deps;
  }

  private List<Out> outs() throws IOException {
    var entries = entries(ran.map(DvcLock.Stage::outs).orElse(List.of()));
    var outs = new ArrayList<Out>();
    for (var path : paths(declared.outs(), entries)) {
      var entry = Optional.<DvcLock.Entry>ofNullable(entries.get(path));
      if (entry.isEmpty() && ran.isPresent() && isPlace(path)) {
        changes.add("it did not make %s when it ran".formatted(brief(path)));
      }
      if (entry.isPresent() && tracked.compareInGit(path, entry.get()) == Comparison.CHANGED) {
        changes.add("%s is another than the one that it made".formatted(brief(path)));
      }
      outs.add(
          new Out(
              shown(path),
              size(entry),
              entry.flatMap(known -> number(known.files())),
              entry.map(this::kept).orElse(Kept.ELSEWHERE)));
    }
    return outs;
  }

  private Kept kept(DvcLock.Entry entry) {
    var output = pipeline.declared().output(declared.name(), entry.path());
    boolean belongs =
        output
            .flatMap(DvcPipeline.Output::sharing)
            .map(kept -> kept.cached() && kept.pushed() && kept.remote().isEmpty())
            .orElse(false);
    if (!belongs || entry.name().isEmpty() || entry.hash().isEmpty()) {
      return Kept.ELSEWHERE;
    }
    return here.contains(entry.name().get()) ? Kept.HERE : Kept.MISSING;
  }

  /** What the lock says, by place. */
  private Map<String, DvcLock.Entry> entries(List<DvcLock.Entry> said) {
    var entries = new LinkedHashMap<String, DvcLock.Entry>();
    said.forEach(entry -> entries.putIfAbsent(place(entry.path()), entry));
    return entries;
  }

  /** Places of what is declared, or of what the lock says where not all of them are known. */
  private List<String> paths(List<Said> said, Map<String, DvcLock.Entry> entries) {
    return said.stream().allMatch(Said::known) || ran.isEmpty()
        ? said.stream().map(each -> place(each.text())).distinct().toList()
        : List.copyOf(entries.keySet());
  }

  /** From the repository's root; as the stage says it where it lies elsewhere. */
  private String place(String path) {
    if (declared.wdir().isEmpty()) {
      return "…/" + path;
    }
    return DvcPipeline.place(pipeline.file(), declared.wdir().get(), path).orElse(path);
  }

  private boolean isPlace(String path) {
    return declared.wdir().isPresent() && !path.contains("://") && !declared.frozen();
  }

  private List<Parameter> parameters() {
    var values = new StageParameters(declared, ran, parameters, this::place).read();
    for (var each : values) {
      if (each.now() == Comparison.CHANGED) {
        changes.add(
            "%s is %s and was %s"
                .formatted(
                    Text.excerpt(each.key()),
                    each.value().map(Text::excerpt).orElse("gone"),
                    each.ran().map(Text::excerpt).orElse("not there")));
      }
    }
    return values;
  }

  private static String brief(String text) {
    return Text.excerpt(Logins.without(text));
  }

  private static String shown(String path) {
    return Text.excerpt(Logins.without(path), LONGEST_PATH);
  }

  private static Optional<ByteSize> size(Optional<DvcLock.Entry> entry) {
    return entry.flatMap(known -> number(known.bytes())).map(ByteSize::of);
  }

  private static Optional<Long> number(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }
}
