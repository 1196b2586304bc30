package dev.fovea.datasets.stages;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.pipeline.DvcParameters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files of a commit that stages have parameters from, each read once. */
final class ParameterFiles {
  private final CommitPipelines commit;
  private final Map<String, Optional<DvcParameters>> files = new HashMap<>();

  ParameterFiles(CommitPipelines commit) {
    this.commit = commit;
  }

  /** One of them; absent where it is not there, or can't be read. */
  Optional<DvcParameters> at(String path) {
    return files.computeIfAbsent(path, this::read);
  }

  private Optional<DvcParameters> read(String path) {
    try {
      var text = DvcParameters.isRead(path) ? commit.text(path) : Optional.<String>empty();
      return text.isEmpty() ? Optional.empty() : Optional.of(DvcParameters.parse(text.get()));
    } catch (DvcMistake _) {
      return Optional.empty();
    }
  }
}
