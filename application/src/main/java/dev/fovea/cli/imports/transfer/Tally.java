package dev.fovea.cli.imports.transfer;

/** How much there is of everything, on one side. */
public final class Tally {
  private long experiments;
  private long runs;
  private long params;
  private long tags;
  private long points;
  private long datasets;
  private long files;
  private long bytes;
  private long loggedModels;
  private long models;
  private long versions;
  private long aliases;

  void experiment() {
    experiments++;
  }

  void run() {
    runs++;
  }

  void params(long count) {
    params += count;
  }

  void tags(long count) {
    tags += count;
  }

  void points(long count) {
    points += count;
  }

  void datasets(long count) {
    datasets += count;
  }

  void file(long size) {
    files++;
    bytes += size;
  }

  void loggedModel() {
    loggedModels++;
  }

  void model() {
    models++;
  }

  void version() {
    versions++;
  }

  void alias() {
    aliases++;
  }

  /** The counts as they are now. */
  public Counts counts() {
    return new Counts(
        experiments,
        runs,
        params,
        tags,
        points,
        datasets,
        files,
        bytes,
        loggedModels,
        models,
        versions,
        aliases);
  }

  /**
   * Counts of one side.
   *
   * @param points of metrics, each once in its run
   * @param datasets uses of datasets by runs
   * @param artifactBytes of all artifacts
   */
  public record Counts(
      long experiments,
      long runs,
      long parameters,
      long tags,
      long points,
      long datasets,
      long artifacts,
      long artifactBytes,
      long loggedModels,
      long registeredModels,
      long versions,
      long aliases) {}
}
