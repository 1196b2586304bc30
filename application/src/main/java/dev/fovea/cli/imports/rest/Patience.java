package dev.fovea.cli.imports.rest;

import java.time.Duration;

/**
 * How long a server is waited for.
 *
 * @param silence for an answer to begin, and between two of its bytes
 * @param times how often a busy or absent server is asked
 * @param firstPause before it is asked again; later ones double
 */
public record Patience(Duration silence, int times, Duration firstPause) {
  public static final Patience USUAL =
      new Patience(Duration.ofSeconds(60), 8, Duration.ofMillis(500));
}
