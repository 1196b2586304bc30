package dev.fovea.roles.greetings;

import dev.fovea.kernel.Problem;

/** Thrown by a method that doesn't declare it. */
public final class UndeclaredProblem extends Problem {
  private final String extra;

  public UndeclaredProblem(String extra) {
    super(Kind.REFUSED, "nobody said that %s may happen".formatted(extra), "declare it");
    this.extra = extra;
  }

  public String extra() {
    return extra;
  }
}
