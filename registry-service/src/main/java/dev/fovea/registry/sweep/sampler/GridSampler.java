package dev.fovea.registry.sweep.sampler;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.trial.Trial;
import java.util.List;
import java.util.Optional;

/**
 * Every point of a finite space once, in ascending order; the last parameter by name changes
 * fastest. A trial's number is its place in the grid.
 */
public final class GridSampler implements Sampler {
  private static final long MOST_POINTS = 100_000;

  private final SearchSpace space;
  private final int size;

  /**
   * @throws InvalidRequest for a space of more than 100,000 points, or with a parameter that is a
   *     continuum
   */
  public GridSampler(SearchSpace space) {
    this.space = space;
    this.size = size(space);
  }

  /** How many points there are. */
  public int size() {
    return size;
  }

  @Override
  public Optional<Point> next(int number, List<Trial> history) {
    if (number >= size) {
      return Optional.empty();
    }
    var values = new double[space.parameters().size()];
    long rest = number;
    for (int i = values.length - 1; i >= 0; i--) {
      var parameter = space.parameters().get(i);
      values[i] = parameter.valueAt(rest % parameter.count());
      rest /= parameter.count();
    }
    return Optional.of(new Point(values));
  }

  private static int size(SearchSpace space) {
    long size = 1;
    for (int i = 0; i < space.names().size(); i++) {
      long count = space.parameters().get(i).count();
      if (count == Long.MAX_VALUE) {
        throw new InvalidRequest(
            "space.%s: a continuum (expected: finitely many values, for a grid)"
                .formatted(space.names().get(i)),
            "give it a step or choices, or search at random or by TPE");
      }
      // Each count is below 2^43, so that the product of two within bounds is exact.
      size *= count;
      if (size > MOST_POINTS) {
        throw new InvalidRequest(
            "space: a grid of %d points or more (expected: at most %d)"
                .formatted(size, MOST_POINTS),
            "give larger steps or fewer choices, or search at random or by TPE");
      }
    }
    return (int) size;
  }
}
