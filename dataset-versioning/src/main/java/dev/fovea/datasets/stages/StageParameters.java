package dev.fovea.datasets.stages;

import dev.fovea.datasets.PipelineStages.Comparison;
import dev.fovea.datasets.PipelineStages.Parameter;
import dev.fovea.dvc.pipeline.DeclaredStage;
import dev.fovea.dvc.pipeline.DeclaredStage.Said;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.dvc.pipeline.DvcParameters;
import dev.fovea.kernel.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The parameters of one stage, with the values that the commit has and those that it ran with. */
final class StageParameters {
  private static final int LONGEST = 200;

  /** Of a file that a stage has all parameters of. */
  private static final int MOST_KEYS = 1_000;

  private final DeclaredStage declared;
  private final Optional<DvcLock.Stage> ran;
  private final ParameterFiles files;
  private final UnaryOperator<String> place;

  /**
   * Of a stage.
   *
   * @param place of a path that the stage says
   */
  StageParameters(
      DeclaredStage declared,
      Optional<DvcLock.Stage> ran,
      ParameterFiles files,
      UnaryOperator<String> place) {
    this.declared = declared;
    this.ran = ran;
    this.files = files;
    this.place = place;
  }

  /**
   * A parameter.
   *
   * @param file as the stage says it, or its place
   */
  private record Key(String file, String key) {}

  List<Parameter> read() {
    var last = new LinkedHashMap<Key, DvcLock.Parameter>();
    locked().forEach(each -> last.putIfAbsent(new Key(place.apply(each.file()), each.key()), each));
    return keys().stream()
        .map(said -> new Key(place.apply(said.file()), said.key()))
        .distinct()
        .map(key -> parameter(key, Optional.ofNullable(last.get(key))))
        .toList();
  }

  private Stream<DvcLock.Parameter> locked() {
    return ran.stream().flatMap(stage -> stage.parameters().stream());
  }

  private List<Key> keys() {
    var said = declared.parameters();
    boolean known =
        said.stream()
            .allMatch(each -> each.file().known() && each.key().map(Said::known).orElse(true));
    return known || ran.isEmpty()
        ? said.stream().flatMap(this::keys).toList()
        : locked().map(StageParameters::key).toList();
  }

  private Stream<Key> keys(DeclaredStage.Parameter said) {
    var file = said.file().text();
    return said.key().isPresent() ? Stream.of(new Key(file, said.key().get().text())) : whole(file);
  }

  /** All that a file has; where it can't be read, all that the lock has of it. */
  private Stream<Key> whole(String file) {
    return files
        .at(place.apply(file))
        .map(read -> read.keys().stream().limit(MOST_KEYS).map(key -> new Key(file, key)))
        .orElseGet(
            () -> locked().filter(each -> each.file().equals(file)).map(StageParameters::key));
  }

  private static Key key(DvcLock.Parameter parameter) {
    return new Key(parameter.file(), parameter.key());
  }

  private Parameter parameter(Key key, Optional<DvcLock.Parameter> last) {
    var file = files.at(key.file());
    var value = file.flatMap(read -> read.value(key.key())).map(DvcParameters.Value::form);
    return new Parameter(
        Text.excerpt(Logins.without(key.file()), StageReading.LONGEST_PATH),
        shown(key.key()),
        value.map(form -> shown(form.orElse("…"))),
        last.map(each -> shown(each.form().orElse(each.value()))),
        ran.isPresent() && file.isPresent()
            ? compare(value, last.map(DvcLock.Parameter::form))
            : Comparison.UNKNOWN);
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

  private static String shown(String text) {
    return Text.excerpt(Logins.without(text), LONGEST);
  }
}
