package dev.fovea.pipelines.job;

/**
 * One step of a job. It is run again after a crash, so everything that it makes is named by what it
 * is made of, and what exists is not made again. It runs outside any transaction.
 *
 * @param <S> the job's typed state
 */
public interface JobStep<S> {
  /** Its name on pages and in the database: one lower-case word. */
  String name();

  /**
   * Does it, or one part of it.
   *
   * @throws dev.fovea.kernel.Problem of kind UNAVAILABLE when trying again later will help; of
   *     another kind when it won't
   */
  Outcome run(S state) throws Exception;
}
