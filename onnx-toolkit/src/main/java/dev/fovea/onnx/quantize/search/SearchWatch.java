package dev.fovea.onnx.quantize.search;

/** Is told how far a search is, and may end it. */
public interface SearchWatch {
  /** Watches nothing and ends nothing. */
  SearchWatch NONE = (_, _) -> {};

  /**
   * So far.
   *
   * @param share of the cost that was told before, 0 to 1
   */
  void at(double share, String what);

  /** Whether the search is to end; asked before each piece of work. */
  default boolean cancelled() {
    return Thread.currentThread().isInterrupted();
  }
}
