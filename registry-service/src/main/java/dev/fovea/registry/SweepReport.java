package dev.fovea.registry;

import java.util.List;

/**
 * How a sweep goes.
 *
 * @param axes its parameters, by name
 * @param trials a page of its trials, by number
 * @param sample trials for drawing, at most 400: all, or evenly some with the first, the last and
 *     the best
 * @param improvements the complete trials that were better than all before them, by number; evenly
 *     some where they are more than 400
 * @param front where latency is an objective, the complete trials that no other beats in both, from
 *     the best value to the least latency; evenly some where they are more than 400
 * @param courses what the newest pruned trials and the best one reported on their way
 */
public record SweepReport(
    Sweep sweep,
    List<Axis> axes,
    List<SweepTrial> trials,
    List<SweepTrial> sample,
    List<SweepTrial> improvements,
    List<SweepTrial> front,
    List<Course> courses) {
  /**
   * A parameter.
   *
   * @param log whether it is searched in factors
   * @param number whether its values are numbers
   */
  public record Axis(String name, boolean log, boolean number) {}

  /**
   * What a trial reported, by step; at most 60 of them.
   *
   * @param state where the trial stands
   */
  public record Course(int trial, SweepTrial.State state, List<SweepTrial.Reported> reports) {}
}
