package dev.fovea.demo;

import java.time.Duration;

/**
 * Which turns a person takes in the browser; the demo takes the others itself and says so.
 *
 * @param annotate the frames are labelled by a person
 * @param approve a person decides on what waits for an approval
 */
public record Turns(boolean annotate, boolean approve) {
  /** How long the demo waits for a person. */
  static final Duration PATIENCE = Duration.ofHours(8);
}
