package dev.fovea.onnx.session;

/**
 * How a model is run.
 *
 * @param intraOpThreads threads that share the work of one operator; 0 takes one per physical core
 * @param interOpThreads threads that run independent operators at the same time; 1 runs them in
 *     turn, which is fastest for chains as vision models are
 * @param optimisation how far the graph may be rewritten
 */
public record SessionSettings(int intraOpThreads, int interOpThreads, Optimisation optimisation) {

  public SessionSettings {
    if (intraOpThreads < 0) {
      throw new IllegalArgumentException(
          "threads within an operator: %d (expected: >= 0)".formatted(intraOpThreads));
    }
    if (interOpThreads < 1) {
      throw new IllegalArgumentException(
          "threads across operators: %d (expected: >= 1)".formatted(interOpThreads));
    }
  }

  /** All cores for one operator at a time, every optimisation. */
  public static SessionSettings defaults() {
    return new SessionSettings(0, 1, Optimisation.ALL);
  }

  public SessionSettings withIntraOpThreads(int threads) {
    return new SessionSettings(threads, interOpThreads, optimisation);
  }

  public SessionSettings with(Optimisation other) {
    return new SessionSettings(intraOpThreads, interOpThreads, other);
  }
}
