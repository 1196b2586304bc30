package dev.fovea.doctor;

import java.util.List;

/**
 * One line of the doctor's report.
 *
 * @param name what was looked at
 * @param state how it is
 * @param finding what was seen, with values
 * @param fix what to do; empty where nothing needs doing
 */
public record Check(String name, State state, String finding, String fix) {
  /** How it is. */
  public enum State {
    /** As it should be. */
    GOOD("✓"),
    /** Something that the embedded defaults do without. */
    OPTIONAL("!"),
    /** Fovea will not work. */
    BAD("✗");

    private final String sign;

    State(String sign) {
      this.sign = sign;
    }

    public String sign() {
      return sign;
    }
  }

  /** The report: a line a check, and below what does not work what to do about it. */
  public static String report(List<Check> checks) {
    int width = checks.stream().mapToInt(check -> check.name().length()).max().orElse(0);
    var text = new StringBuilder();
    for (var check : checks) {
      var name = check.name() + " ".repeat(width - check.name().length());
      text.append("%s  %s  %s\n".formatted(check.state().sign(), name, check.finding()));
      if (!check.fix().isEmpty()) {
        text.append("   %s  %s\n".formatted(" ".repeat(width), check.fix()));
      }
    }
    return text.toString();
  }

  static Check good(String name, String finding) {
    return new Check(name, State.GOOD, finding, "");
  }

  static Check optional(String name, String finding, String fix) {
    return new Check(name, State.OPTIONAL, finding, fix);
  }

  static Check bad(String name, String finding, String fix) {
    return new Check(name, State.BAD, finding, fix);
  }
}
