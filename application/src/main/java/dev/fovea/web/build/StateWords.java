package dev.fovea.web.build;

import dev.fovea.datasets.PipelineStages.State;

/**
 * How the state of a stage is said.
 *
 * @param word what people read
 * @param icon of {@code icons.html}
 * @param style of its box in the drawing
 */
record StateWords(String word, String icon, String style) {
  static StateWords of(State state) {
    return switch (state) {
      case UNCHANGED -> new StateWords("unchanged", "pass", "same");
      case CHANGED -> new StateWords("changed", "inconclusive", "changed");
      case NEVER_RAN -> new StateWords("never ran", "pending", "never");
      case ALWAYS_RUNS -> new StateWords("runs every time", "sort", "same");
      case NOT_PUSHED -> new StateWords("not pushed", "off", "changed");
      case UNKNOWN -> new StateWords("not known", "error", "never");
    };
  }
}
