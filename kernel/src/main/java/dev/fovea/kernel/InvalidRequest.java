package dev.fovea.kernel;

/** A request that cannot be understood or breaks a rule that needs no state to check. */
public final class InvalidRequest extends Problem {
  private final String what;
  private final String fix;

  /**
   * @param what what is wrong, with the value and what was expected
   * @param fix what to do
   */
  public InvalidRequest(String what, String fix) {
    super(Kind.INVALID, what, fix);
    this.what = what;
    this.fix = fix;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }
}
