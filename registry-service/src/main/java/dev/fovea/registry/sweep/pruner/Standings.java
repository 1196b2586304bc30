package dev.fovea.registry.sweep.pruner;

import java.util.OptionalLong;

/** What a pruner asks of the sweep's other trials. All questions are about the same instant. */
public interface Standings {
  /** How many trials are complete. */
  long completed();

  /** The largest step that a complete trial reported; empty where none reported anything. */
  OptionalLong furthestCompleted();

  /** What complete trials reported for this step, in any order. */
  double[] completedAt(long step);

  /** The sweep's least resource, where an earlier verdict settled it. */
  OptionalLong minResource();

  /**
   * The values with which other trials, whatever became of them, completed a rung.
   *
   * @param index from 0
   * @param loss against which they are compared; smaller is better
   */
  Rung rung(int index, double loss);

  /**
   * What others came to at a rung.
   *
   * @param size how many of them there are
   * @param better how many of them have a strictly smaller loss
   */
  record Rung(long size, long better) {}
}
