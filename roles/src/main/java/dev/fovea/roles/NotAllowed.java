package dev.fovea.roles;

import dev.fovea.kernel.Problem;

/** The caller is known and may not do this. */
public final class NotAllowed extends Problem {
  private final String what;
  private final String fix;

  /**
   * @param what who may not do what
   * @param fix who may, or what to ask for
   */
  public NotAllowed(String what, String fix) {
    super(Kind.FORBIDDEN, what, fix);
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
