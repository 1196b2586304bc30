package dev.fovea.registry.sweep.space;

/**
 * What one parameter may be. Inside, every value is a number: itself, or the index of a choice, as
 * in Optuna's internal representation.
 */
public sealed interface Parameter permits RealParameter, WholeParameter, ChoiceParameter {
  /** Whether there is only one value. */
  boolean isFixed();

  /** The only value, or some value where there are several. */
  double anyValue();

  /** How many values there are; {@link Long#MAX_VALUE} for a continuum. */
  long count();

  /**
   * One of finitely many values.
   *
   * @param index from 0, in ascending order; for choices in the order written
   * @throws IllegalStateException for a continuum
   */
  double valueAt(long index);

  /** Whether this is a value. */
  boolean contains(double value);

  /** The value as a person or a script knows it: a number, text or a truth value. */
  Object shown(double value);
}
