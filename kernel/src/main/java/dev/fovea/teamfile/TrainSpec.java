package dev.fovea.teamfile;

/** How a model is trained again. */
public sealed interface TrainSpec {
  /**
   * A command of the team's, run as a job.
   *
   * @param line the command line, with {@code {dataset}} and {@code {output}} to be filled in
   */
  record Command(String line) implements TrainSpec {}

  /**
   * The last linear layer is fitted again on features of the model that is in production: needs the
   * JDK alone.
   *
   * @param epochs passes over the training split, 1 to 10,000
   * @param learningRate step size, above 0
   * @param l2 weight decay towards the old weights, 0 or more
   * @param feedbackWeight how much a labelled frame counts against an image of the original
   *     dataset, above 0
   * @param seed of the shuffling
   */
  record RefitHead(int epochs, double learningRate, double l2, double feedbackWeight, long seed)
      implements TrainSpec {
    /** What holds where the file does not say. */
    public static final RefitHead DEFAULT = new RefitHead(30, 0.02, 0.01, 8, 0);
  }
}
