package dev.fovea.web.build;

import dev.fovea.datasets.PipelineStages.Comparison;
import dev.fovea.datasets.PipelineStages.Dep;
import dev.fovea.datasets.PipelineStages.Kept;
import dev.fovea.datasets.PipelineStages.Out;
import dev.fovea.datasets.PipelineStages.Parameter;
import dev.fovea.datasets.PipelineStages.Stage;
import dev.fovea.datasets.PipelineStages.State;
import dev.fovea.kernel.Text;
import dev.fovea.web.Figures;
import java.util.List;

/**
 * A stage as the table says it.
 *
 * @param number of the stage, from 0
 */
record StageRow(int number, Stage stage) {
  private static final int LONGEST = 300;
  private static final int SHOWN = 160;
  private static final int PATH_SHOWN = 160;

  /**
   * Something that it reads, makes or goes by.
   *
   * @param whole where {@code text} is the short of it
   * @param value of a parameter; empty for what has none
   * @param note its size; empty where that is not known
   * @param news what is not as it was; empty where nothing is
   */
  record Entry(String text, String whole, String value, String note, String news) {}

  public StateWords state() {
    return StateWords.of(stage.state());
  }

  /** Whether the lock knows a run of it. */
  public boolean ran() {
    return stage.state() != State.NEVER_RAN && stage.state() != State.UNKNOWN;
  }

  /** The beginning of a long command; empty where it is short. */
  public String cut() {
    var command = stage.command();
    return command.codePointCount(0, command.length()) <= LONGEST
        ? ""
        : command.substring(0, command.offsetByCodePoints(0, SHOWN)) + "…";
  }

  public List<Entry> reads() {
    return stage.deps().stream().map(StageRow::entry).toList();
  }

  public List<Entry> parameters() {
    return stage.parameters().stream().map(StageRow::entry).toList();
  }

  public List<Entry> makes() {
    return stage.outs().stream().map(StageRow::entry).toList();
  }

  private static Entry entry(Dep dep) {
    return new Entry(
        Text.excerpt(dep.path(), PATH_SHOWN),
        dep.path(),
        "",
        dep.size().map(Object::toString).orElse(""),
        dep.now() == Comparison.CHANGED ? "changed" : "");
  }

  private static Entry entry(Parameter parameter) {
    return new Entry(
        parameter.key(),
        parameter.file(),
        parameter.value().or(parameter::ran).orElse("not known"),
        "",
        parameter.now() == Comparison.CHANGED
            ? parameter.ran().map(before -> "was " + before).orElse("new")
            : "");
  }

  private static Entry entry(Out out) {
    var files =
        out.files()
            .map(count ->
                ", %s %s".formatted(new Figures().count(count), count == 1 ? "file" : "files"))
            .orElse("");
    return new Entry(
        Text.excerpt(out.path(), PATH_SHOWN),
        out.path(),
        "",
        out.size().map(size -> size + files).orElse(""),
        out.kept() == Kept.MISSING ? "not in the remote" : "");
  }
}
