package dev.fovea.roles;

import dev.fovea.kernel.Problem;
import java.time.Duration;

/** Somebody asks too often (429); the same request may succeed later. */
public final class TooManyRequests extends Problem {
  private final String what;
  private final Duration pause;
  private final String fix;

  /**
   * @param what what there is too much of, with the number
   * @param pause how long to wait, whole seconds
   * @param fix what to do
   */
  public TooManyRequests(String what, Duration pause, String fix) {
    super(Kind.UNAVAILABLE, what, fix);
    this.what = what;
    this.pause = pause;
    this.fix = fix;
  }

  public String what() {
    return what;
  }

  public Duration pause() {
    return pause;
  }

  public String fix() {
    return fix;
  }
}
