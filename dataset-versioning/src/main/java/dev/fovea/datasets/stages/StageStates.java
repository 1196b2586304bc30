package dev.fovea.datasets.stages;

import dev.fovea.datasets.PipelineStages.Doubt;
import dev.fovea.datasets.PipelineStages.Stage;
import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.stages.CommitPipelines.Pipeline;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** All stages of a commit's pipelines, and what Git tells of the state of each. */
final class StageStates {
  private static final int MOST_STAGES = 1_000;
  private static final int MOST_ENTRIES = 10_000;
  private static final int MOST_NAMES = 20_000;

  private final CommitPipelines commit;
  private final List<Stage> stages = new ArrayList<>();
  private final List<Doubt> doubts = new ArrayList<>();
  private final TrackedContent tracked;
  private final ParameterFiles parameters;
  private final Set<String> here;
  private int entries = MOST_ENTRIES;

  private StageStates(CommitPipelines commit, TrackedContent tracked, Set<String> here) {
    this.commit = commit;
    this.tracked = tracked;
    this.parameters = new ParameterFiles(commit);
    this.here = here;
    this.doubts.addAll(commit.doubts());
  }

  /**
   * What was found.
   *
   * @param files paths of the {@code dvc.yaml} files
   */
  record Told(List<String> files, List<Stage> stages, List<Doubt> doubts) {}

  /**
   * Tells them of a commit.
   *
   * @param remote which of some names of DVC's the project's remote has an object for
   */
  static Told of(CommitFiles files, Function<Set<String>, Set<String>> remote) throws IOException {
    var commit = CommitPipelines.read(files);
    var names = names(commit);
    var told =
        new StageStates(
            commit,
            new TrackedContent(files, commit.pipelines()),
            names.isEmpty() ? names : remote.apply(names));
    told.tell();
    return new Told(
        commit.paths().stream().map(path -> Text.excerpt(path, StageReading.LONGEST_PATH)).toList(),
        List.copyOf(told.stages),
        told.doubts.stream().map(StageStates::shown).toList());
  }

  private static Doubt shown(Doubt doubt) {
    return new Doubt(
        Text.excerpt(doubt.file(), StageReading.LONGEST_PATH),
        doubt.line(),
        doubt.text(),
        doubt.remedy());
  }

  private static Set<String> names(CommitPipelines commit) {
    var names = new TreeSet<String>();
    for (var pipeline : commit.pipelines()) {
      for (var stage : pipeline.ran().values()) {
        for (var out : stage.outs()) {
          if (names.size() < MOST_NAMES) {
            out.name().ifPresent(names::add);
          }
        }
      }
    }
    return names;
  }

  private void tell() throws IOException {
    for (var pipeline : commit.pipelines()) {
      int left = MOST_STAGES - stages.size();
      for (var written : pipeline.declared().written(left + 1)) {
        var names = written.names().orElseGet(() -> ran(pipeline, written.name()));
        for (var name : names) {
          if (!add(pipeline, name, written.names().isPresent())) {
            doubts.add(tooMany(pipeline, name));
            return;
          }
        }
      }
    }
  }

  /** Those of a foreach or matrix that ran, where nobody knows which it makes. */
  private static List<String> ran(Pipeline pipeline, String name) {
    var ran =
        pipeline.ran().keySet().stream()
            .filter(each -> each.startsWith(name + "@"))
            .limit(MOST_STAGES + 1)
            .toList();
    return ran.isEmpty() ? List.of(name + "@…") : ran;
  }

  private static Doubt tooMany(Pipeline pipeline, String name) {
    return new Doubt(
        pipeline.file(),
        0,
        "with stage %s the commit has more than %,d stages, or more than %,d parameters, files and folders that they have, read and make: this one and those after it are not shown"
            .formatted(Text.excerpt(name), MOST_STAGES, MOST_ENTRIES),
        "look at the others with 'dvc stage list' in a clone");
  }

  /** Adds one; false where there would be too many. */
  private boolean add(Pipeline pipeline, String name, boolean known) throws IOException {
    var declared = pipeline.declared().declared(name);
    var ran = Optional.<DvcLock.Stage>ofNullable(pipeline.ran().get(name));
    if (declared.isEmpty()) {
      return true;
    }
    int size =
        declared.get().deps().size()
            + declared.get().outs().size()
            + declared.get().parameters().size()
            + ran.map(
                    stage -> stage.deps().size() + stage.outs().size() + stage.parameters().size())
                .orElse(0);
    if (stages.size() == MOST_STAGES || size > 2 * entries) {
      return false;
    }
    var stage =
        new StageReading(pipeline, declared.get(), ran, tracked, parameters, here).read(known);
    entries -= stage.deps().size() + stage.outs().size() + stage.parameters().size();
    stages.add(stage);
    return true;
  }
}
