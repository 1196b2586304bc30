package dev.fovea.pipelines.launch;

import dev.fovea.kernel.Digest;
import java.util.List;
import java.util.Map;

/** How a job stands. */
public sealed interface JobState {
  /**
   * Some shards are not done.
   *
   * @param done how many are
   * @param shards how many there are
   * @param detail what it waits for, where that is known; else empty
   */
  record Running(int done, int shards, String detail) implements JobState {}

  /**
   * All shards are done.
   *
   * @param outputs the files that each shard made, by name, in the order of the shards
   */
  record Succeeded(List<Map<String, Digest>> outputs) implements JobState {
    public Succeeded {
      outputs = outputs.stream().map(files -> Map.copyOf(files)).toList();
    }
  }

  /**
   * A shard failed for good, and with it the job.
   *
   * @param explanation what happened, with the last words of the program where it left any
   */
  record Failed(Reason reason, String explanation) implements JobState {}

  /** Why a job failed. */
  enum Reason {
    /** It wanted more memory than its limit. */
    MEMORY,
    /** It took longer than its limit. */
    TIME,
    /** The program says that these inputs will never work. */
    REFUSED,
    /** The program failed as often as it may. */
    PROGRAM,
    /** What it left behind is not what a job may leave behind. */
    OUTPUT
  }
}
