package dev.fovea.query;

import dev.fovea.kernel.Problem;

/** What keeps a query from being answered: what is there, and what to do next. */
public final class QueryProblem extends Problem {
  private static final long serialVersionUID = 1;

  public QueryProblem(String explanation, String remedy) {
    super(Kind.INVALID, explanation, remedy);
  }
}
