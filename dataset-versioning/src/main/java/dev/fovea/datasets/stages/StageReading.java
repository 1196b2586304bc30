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
import dev.fovea.dvc.pipeline.DvcParameters;
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
import java.util.stream.Stream;

/** What one stage is to do, held against what its lock says that it did (dvc 3.67, {@code stage}). */
final class StageReading {
  static final int LONGEST_PATH = 1_024;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_COMMAND = 2_000;
  private static final int LONGEST_VALUE = 200;
  private static final int MOST_REASONS = 5;

  /** Of a file that a stage has all parameters of. */
  private static final int MOST_KEYS = 1_000;


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
   * @param known whether its name is one that the {@code dvc.yaml} makes, or one of the lock's alone
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
    if (declared.always()
        || deps.isEmpty() && outs.isEmpty() && declared.parameters().isEmpty()) {
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
      if (entry.isPresent()
          && tracked.compareInGit(path, entry.get()) == Comparison.CHANGED) {
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
    var locked = new LinkedHashMap<String, DvcLock.Parameter>();
    ran.map(DvcLock.Stage::parameters)
        .orElse(List.of())
        .forEach(each -> locked.putIfAbsent(key(place(each.file()), each.key()), each));
    var read = new ArrayList<Parameter>();
    for (var each : keys()) {
      var file = place(each.file());
      var last = Optional.<DvcLock.Parameter>ofNullable(locked.get(key(file, each.key())));
      read.add(parameter(file, each.key(), last));
    }
    return read;
  }

  /** Of a parameter, from the stage's folder. */
  private record Key(String file, String key) {}

  private static String key(String file, String key) {
    return file + "\0" + key;
  }

  private List<Key> keys() {
    var said = declared.parameters();
    boolean known =
        said.stream()
            .allMatch(each -> each.file().known() && each.key().map(Said::known).orElse(true));
    if (!known && ran.isPresent()) {
      return locked(ran.get().parameters().stream());
    }
    return said.stream()
        .flatMap(each ->
            each.key().isPresent()
                ? Stream.of(new Key(each.file().text(), each.key().get().text()))
                : whole(each.file().text()))
        .distinct()
        .toList();
  }

  private static List<Key> locked(Stream<DvcLock.Parameter> parameters) {
    return parameters.map(each -> new Key(each.file(), each.key())).toList();
  }

  /** All that a file has; where it can't be read, all that the lock has of it. */
  private Stream<Key> whole(String file) {
    return parameters
        .at(place(file))
        .map(read -> read.keys().stream().limit(MOST_KEYS).map(key -> new Key(file, key)))
        .orElseGet(() ->
            locked(
                    ran.stream()
                        .flatMap(stage -> stage.parameters().stream())
                        .filter(each -> each.file().equals(file)))
                .stream());
  }

  private Parameter parameter(String path, String key, Optional<DvcLock.Parameter> last) {
    var file = parameters.at(path);
    var value = file.flatMap(read -> read.value(key)).map(DvcParameters.Value::form);
    var now = Comparison.UNKNOWN;
    if (ran.isPresent() && file.isPresent()) {
      now = compare(value, last.map(DvcLock.Parameter::form));
    }
    var before = last.map(each -> each.form().orElse(each.value()));
    var after = value.map(form -> form.orElse("…"));
    if (now == Comparison.CHANGED) {
      changes.add(
          "%s is %s and was %s"
              .formatted(
                  brief(key),
                  after.map(StageReading::brief).orElse("gone"),
                  before.map(StageReading::brief).orElse("not there")));
    }
    return new Parameter(
        shown(path),
        Text.excerpt(key, LONGEST_VALUE),
        after.map(StageReading::shownValue),
        before.map(StageReading::shownValue),
        now);
  }

  /** Of two values, either of which may be absent, or have too much to be held against another. */
  private static Comparison compare(
      Optional<Optional<String>> now, Optional<Optional<String>> then) {
    if (now.isEmpty() || then.isEmpty()) {
      return now.isEmpty() && then.isEmpty() ? Comparison.UNKNOWN : Comparison.CHANGED;
    }
    if (now.get().isEmpty() || then.get().isEmpty()) {
      return Comparison.UNKNOWN;
    }
    return now.equals(then) ? Comparison.SAME : Comparison.CHANGED;
  }

  private static String brief(String text) {
    return Text.excerpt(Logins.without(text));
  }

  private static String shown(String path) {
    return Text.excerpt(Logins.without(path), LONGEST_PATH);
  }

  private static String shownValue(String value) {
    return Text.excerpt(Logins.without(value), LONGEST_VALUE);
  }

  private static Optional<ByteSize> size(Optional<DvcLock.Entry> entry) {
    return entry.flatMap(known -> number(known.bytes())).map(ByteSize::of);
  }

  private static Optional<Long> number(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }
}
