package dev.fovea.registry.sweep.sampler;

import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.trial.Trial;
import java.util.List;
import java.util.Optional;

/**
 * Which point is tried next. Keeps nothing between calls: the same number and history give the same
 * point, in any process.
 */
public sealed interface Sampler permits GridSampler, RandomSampler, TpeSampler, FrontSampler {
  /**
   * The point of a new trial.
   *
   * @param number the new trial's, from 0
   * @param history the sweep's trials by number, those that still run among them; one of this
   *     number is left out of account
   * @return empty where nothing is left to try
   */
  Optional<Point> next(int number, List<Trial> history);
}
