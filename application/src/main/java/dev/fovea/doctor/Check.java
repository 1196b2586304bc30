package dev.fovea.doctor;

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
