package dev.fovea.query.engine;

/** What is said in place of rows. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int at;
  private final String remedy;

  Refusal(String what, String remedy) {
    this(what, -1, remedy);
  }

  /**
   * @param at in bytes of UTF-8 from the statement's beginning; -1 where no place is meant
   */
  Refusal(String what, int at, String remedy) {
    super(what);
    this.at = at;
    this.remedy = remedy;
  }

  String what() {
    return String.valueOf(getMessage());
  }

  int at() {
    return at;
  }

  String remedy() {
    return remedy;
  }
}
