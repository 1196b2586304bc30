package dev.fovea.registry.sweep.sampler;

import dev.fovea.registry.sweep.space.ChoiceParameter;
import dev.fovea.registry.sweep.space.Parameter;
import dev.fovea.registry.sweep.space.RealParameter;
import dev.fovea.registry.sweep.space.WholeParameter;

/**
 * Where a numeric parameter's values lie on the line on which distributions are fitted. The line
 * goes half a step beyond the outermost values, so that these have as much room as the others.
 *
 * @param parameter whose values they are
 * @param least the least value, as the script knows it
 * @param most the greatest value, as the script knows it
 * @param step between values; 0 for a continuum
 * @param log whether the line is of logarithms
 */
record Scale(Parameter parameter, double least, double most, double step, boolean log) {
  static Scale of(Parameter parameter) {
    return switch (parameter) {
      case RealParameter real ->
          new Scale(real, real.low(), real.high(), real.step().orElse(0), real.log());
      case WholeParameter whole ->
          new Scale(whole, whole.low(), whole.high(), whole.step(), whole.log());
      case ChoiceParameter _ -> throw new IllegalStateException("choices have no scale");
    };
  }

  /** The line's begin. */
  double low() {
    return of(least - step / 2);
  }

  /** The line's end. */
  double high() {
    return of(most + step / 2);
  }

  /** A value's place on the line. */
  double of(double value) {
    return log ? StrictMath.log(value) : value;
  }

  /** The value whose place is nearest. */
  double nearest(double place) {
    double value = Math.clamp(log ? StrictMath.exp(place) : place, least, most);
    return step == 0 ? value : parameter.valueAt((long) Math.rint((value - least) / step));
  }
}
