package dev.fovea.registry.lineage.export;

/** Which way to walk from a thing. */
enum Direction {
  /** To what it came from. */
  BACK,
  /** To what came of it. */
  ONWARD,
  BOTH;

  boolean back() {
    return this != ONWARD;
  }

  boolean onward() {
    return this != BACK;
  }
}
