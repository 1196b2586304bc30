package dev.fovea.dvc.disk;

/** Is told how far long work has come, by several threads at once. */
public interface Progress {
  /** Nobody looks. */
  Progress NONE = new Progress() {};

  /**
   * Something begins.
   *
   * @param what such as "hashing"
   * @param files how many there are to do
   */
  default void begin(String what, long files, long bytes) {}

  /** So much more is done. */
  default void did(long files, long bytes) {}

  /** It is over. */
  default void end() {}
}
