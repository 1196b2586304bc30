package dev.fovea.kernel;

/**
 * Something that a caller can be told and can act on. The message says what happened to which
 * object, with values; the remedy says what to do next. It travels between processes as an RFC 9457
 * problem, rebuilt from its constructor's parameters: so a problem's constructor takes only values
 * (strings, numbers, kernel values, records) and each parameter has an accessor of the same name.
 */
public abstract class Problem extends RuntimeException {
  /**
   * What a caller should make of it; decides the HTTP status and the exit code of the command line.
   */
  public enum Kind {
    /** The request is not understood or breaks a rule (422). */
    INVALID,
    /** There is no such thing, or not for this caller (404). */
    NOT_FOUND,
    /** It contradicts the present state (409). */
    CONFLICT,
    /** A gate or a policy said no (409). */
    REFUSED,
    /** Nobody is signed in (401). */
    UNAUTHENTICATED,
    /** The caller may not (403). */
    FORBIDDEN,
    /** Larger than allowed (413). */
    TOO_LARGE,
    /** Not now; try again (503). */
    UNAVAILABLE
  }

  private final Kind kind;
  private final String remedy;

  /**
   * @param kind what to make of it
   * @param message what happened to which object, with values
   * @param remedy what to do next, an imperative sentence
   */
  protected Problem(Kind kind, String message, String remedy) {
    super(message);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** What to make of it. */
  public final Kind kind() {
    return kind;
  }

  /** What to do next. */
  public final String remedy() {
    return remedy;
  }

  /** The words, never absent. */
  public final String explanation() {
    return String.valueOf(getMessage());
  }
}
