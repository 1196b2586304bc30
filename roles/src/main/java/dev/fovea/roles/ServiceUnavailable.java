package dev.fovea.roles;

import dev.fovea.kernel.Problem;

/** Something that Fovea needs doesn't answer now: one of its services, or the database. */
public final class ServiceUnavailable extends Problem {
  private final String service;
  private final String what;
  private final String fix;

  /**
   * @param service whose answer is missing, such as {@code registry}
   * @param what what happened
   * @param fix what to start or to check
   */
  public ServiceUnavailable(String service, String what, String fix) {
    super(Kind.UNAVAILABLE, "%s is not available: %s".formatted(service, what), fix);
    this.service = service;
    this.what = what;
    this.fix = fix;
  }

  public String service() {
    return service;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }
}
