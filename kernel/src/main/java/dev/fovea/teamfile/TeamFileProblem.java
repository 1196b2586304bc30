package dev.fovea.teamfile;

import dev.fovea.kernel.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A {@code fovea.yaml} that cannot be used, with every mistake and its line. */
public final class TeamFileProblem extends Problem {
  private final List<Mistake> mistakes;

  /**
   * One mistake.
   *
   * @param line from 1; 0 where the whole file is meant
   * @param text what is there and what was expected
   */
  public record Mistake(int line, String text) {
    @Override
    public String toString() {
      return line > 0 ? "fovea.yaml:%d: %s".formatted(line, text) : "fovea.yaml: " + text;
    }
  }

  public TeamFileProblem(List<Mistake> mistakes) {
    super(
        Kind.INVALID,
        mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")),
        "correct the lines named and push again");
    this.mistakes = List.copyOf(mistakes);
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }
}
