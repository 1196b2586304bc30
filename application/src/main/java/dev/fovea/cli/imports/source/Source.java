package dev.fovea.cli.imports.source;

import java.io.IOException;
import java.util.List;

/**
 * Where runs and models are brought from. Everything in it was written by others: an implementation
 * bounds what it reads, never leaves its place, and says what it could not read in its {@link
 * Remarks}.
 */
public interface Source extends AutoCloseable {
  /**
   * A word for its kind, which begins each id that is kept of it: {@code mlflow}, {@code wandb}.
   */
  String kind();

  List<SourceExperiment> experiments() throws IOException;

  void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException;

  /** Every point of every metric of a run, in any order, perhaps twice. */
  void points(SourceRun run, Each<Point> each) throws IOException;

  List<SourceFile> files(SourceRun run) throws IOException;

  List<LoggedModel> loggedModels(SourceExperiment experiment) throws IOException;

  List<SourceFile> files(LoggedModel model) throws IOException;

  List<RegisteredModel> registeredModels() throws IOException;

  @Override
  void close() throws IOException;
}
