package dev.fovea.teamfile;

import dev.fovea.kernel.Name;
import java.util.Map;
import java.util.Optional;

/**
 * A team's {@code fovea.yaml}: what the platform does with the repository.
 *
 * @param project the team's name for all of it
 * @param datasets the datasets by name
 * @param train how a model is trained again when a dataset version arrives
 * @param release how a model becomes a release
 * @param feedback which frames come back from production
 */
public record TeamFile(
    Name project,
    Map<Name, DatasetSpec> datasets,
    Optional<TrainSpec> train,
    Optional<ReleaseSpec> release,
    FeedbackSpec feedback) {
  /** Where it lies, at the root of the repository. */
  public static final String PATH = "fovea.yaml";

  public TeamFile {
    datasets = Map.copyOf(datasets);
  }

  /**
   * Reads and validates the text.
   *
   * @throws TeamFileProblem naming every mistake with its line
   */
  public static TeamFile parse(String yaml) {
    return new TeamFileReader().read(yaml);
  }
}
