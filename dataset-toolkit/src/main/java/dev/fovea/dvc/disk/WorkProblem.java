package dev.fovea.dvc.disk;

import dev.fovea.kernel.Problem;

/** What keeps a command on a working copy from being done: what is there, and what to do next. */
public final class WorkProblem extends Problem {
  private static final long serialVersionUID = 1;

  public WorkProblem(String explanation, String remedy) {
    super(Kind.INVALID, explanation, remedy);
  }

  /** What an object store or the disk does not do now. */
  public static WorkProblem unavailable(String explanation, String remedy) {
    return new WorkProblem(Kind.UNAVAILABLE, explanation, remedy);
  }

  private WorkProblem(Kind kind, String explanation, String remedy) {
    super(kind, explanation, remedy);
  }
}
