package dev.fovea.registry.sweep.sampler;

import dev.fovea.registry.sweep.space.ChoiceParameter;
import dev.fovea.registry.sweep.space.Parameter;
import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.RealParameter;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.space.WholeParameter;
import dev.fovea.registry.sweep.trial.Trial;
import java.util.List;
import java.util.Optional;

/**
 * Points at random, each value of a parameter as likely as any other; on a logarithmic scale, each
 * factor.
 */
public final class RandomSampler implements Sampler {
  private final SearchSpace space;
  private final long seed;

  /**
   * @param seed by which the same trials come again
   */
  public RandomSampler(SearchSpace space, long seed) {
    this.space = space;
    this.seed = seed;
  }

  @Override
  public Optional<Point> next(int number, List<Trial> history) {
    var dice = Dice.of(seed, number);
    return Optional.of(
        new Point(
            space.parameters().stream().mapToDouble(one -> draw(one, dice.next())).toArray()));
  }

  /**
   * @param chance from 0 to below 1
   */
  private static double draw(Parameter parameter, double chance) {
    if (parameter.isFixed()) {
      return parameter.anyValue();
    }
    return switch (parameter) {
      case RealParameter real when real.step().isPresent() -> at(real, chance);
      case RealParameter real when real.log() ->
          within(scaled(StrictMath.log(real.low()), StrictMath.log(real.high()), chance), real);
      case RealParameter real ->
          Math.min(real.low() + chance * (real.high() - real.low()), real.high());
      case WholeParameter whole when whole.log() -> {
        // The edges' own halves belong to them, so that they are no rarer than their neighbours.
        double factor =
            scaled(StrictMath.log(whole.low() - 0.5), StrictMath.log(whole.high() + 0.5), chance);
        yield Math.clamp(Math.rint(factor), whole.low(), whole.high());
      }
      case WholeParameter whole -> at(whole, chance);
      case ChoiceParameter choice -> at(choice, chance);
    };
  }

  private static double at(Parameter parameter, double chance) {
    return parameter.valueAt((long) (chance * parameter.count()));
  }

  private static double scaled(double logLow, double logHigh, double chance) {
    return StrictMath.exp(logLow + chance * (logHigh - logLow));
  }

  private static double within(double value, RealParameter real) {
    return Math.clamp(value, real.low(), real.high());
  }
}
