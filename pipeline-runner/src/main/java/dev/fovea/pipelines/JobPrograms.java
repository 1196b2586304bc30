package dev.fovea.pipelines;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.evaluate.EvaluationJob;
import dev.fovea.pipelines.launch.JobFiles;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What heavy jobs run in processes and pods of their own, between a folder of inputs and a folder
 * of outputs; the command line's {@code fovea job}.
 */
public final class JobPrograms {
  /** What {@link #deliver} exits with where outputs are not what a job may leave. */
  public static final int EXIT_BAD_OUTPUT = JobLauncher.EXIT_OUTPUT;

  private JobPrograms() {}

  /** Outputs that are not what a job may leave. */
  public static final class BadOutput extends Exception {
    BadOutput(JobFiles.BadOutput why) {
      super(why.getMessage(), why);
    }
  }

  /** Answers the images of one shard of an evaluation. */
  public static void evaluate(Path in, Path out) throws IOException {
    EvaluationJob.run(in, out);
  }

  /**
   * Brings the inputs of a shard, and makes the folder of its outputs.
   *
   * @param order the object with the job's spec
   */
  public static void fetch(ObjectStore objects, Digest order, int shard, Path in, Path out)
      throws IOException {
    Files.createDirectories(in);
    Files.createDirectories(out);
    JobFiles.fetch(objects, JobSpec.read(objects, order).shards().get(shard), in);
  }

  /** Stores what a shard left, and answers the words that its launcher reads. */
  public static String deliver(ObjectStore objects, Path out) throws IOException, BadOutput {
    try {
      return JobFiles.written(JobFiles.collect(objects, out));
    } catch (JobFiles.BadOutput e) {
      throw new BadOutput(e);
    }
  }
}
