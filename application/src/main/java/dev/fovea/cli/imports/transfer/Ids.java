package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.SourceRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which id here stands for which of the source. The server gives ids of its own, and keeps the
 * source's in a tag.
 */
final class Ids {
  private final Map<String, String> runs = new HashMap<>();
  private final Map<String, String> models = new HashMap<>();
  private final Map<String, String> experiments = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();

  Optional<String> run(String source) {
    return Optional.ofNullable(runs.get(source));
  }

  /**
   * Notes a run.
   *
   * @return the one that was noted before
   */
  Optional<String> run(String source, String here) {
    var before = runs.putIfAbsent(source, here);
    return Optional.ofNullable(before).filter(id -> !id.equals(here));
  }

  Optional<String> model(String source) {
    return Optional.ofNullable(models.get(source));
  }

  void model(String source, String here, String experiment) {
    models.putIfAbsent(source, here);
    experiments.put(here, experiment);
  }

  /** What of a run names others, which may come after it. */
  void waits(SourceRun run, Fovea.Run there) {
    var parent =
        run.tags().stream()
            .filter(tag -> tag.key().equals(Labels.PARENT_TAG))
            .map(Pair::value)
            .findFirst()
            .orElse("");
    if (!parent.isEmpty() || !run.modelsIn().isEmpty() || !run.modelsOut().isEmpty()) {
      waiting.add(
          new Waiting(
              run.id(),
              there.id(),
              parent,
              there.tags().getOrDefault(Labels.PARENT_TAG, ""),
              run.modelsIn(),
              run.modelsOut(),
              there.modelsIn(),
              there.modelsOut()));
    }
  }

  List<Waiting> waiting() {
    return waiting;
  }

  /**
   * A run that names others.
   *
   * @param parent the source's id; empty where it has none
   * @param parentHere as the server has it
   */
  record Waiting(
      String source,
      String id,
      String parent,
      String parentHere,
      List<String> modelsIn,
      List<SourceRun.MadeModel> modelsOut,
      List<String> modelsInHere,
      List<String> modelsOutHere) {}
}
