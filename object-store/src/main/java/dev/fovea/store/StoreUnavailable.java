package dev.fovea.store;

import dev.fovea.kernel.Problem;

/** The store can't be read or written now; nothing of what was being written is visible. */
public final class StoreUnavailable extends Problem {
  private final String what;
  private final String fix;

  /**
   * @param what what happened to the store
   * @param fix what to do
   */
  public StoreUnavailable(String what, String fix) {
    super(Kind.UNAVAILABLE, "object store: " + what, fix);
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
