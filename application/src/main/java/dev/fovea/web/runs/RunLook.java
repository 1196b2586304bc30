package dev.fovea.web.runs;

import dev.fovea.registry.Run;

/** How a run is told from others in a picture: four colours, each solid and dashed. */
record RunLook(Run run, String style) {
  private static final String[] COLOURS = {"c-ink", "c-s2", "c-s3", "c-s4"};

  /**
   * @param place of the run among those drawn, from 0
   */
  static RunLook of(Run run, int place) {
    return new RunLook(
        run, COLOURS[place % COLOURS.length] + (place < COLOURS.length ? "" : " dash"));
  }

  public String id() {
    return run.id().substring(0, 8);
  }

  public String name() {
    return run.name().isEmpty() ? "run " + id() : run.name();
  }
}
