package dev.fovea.registry.sweep.space;

import java.util.List;

/**
 * One of several things without an order.
 *
 * @param choices texts, numbers and truth values, no two written alike
 */
public record ChoiceParameter(List<Object> choices) implements Parameter {
  public ChoiceParameter {
    choices = List.copyOf(choices);
  }

  @Override
  public boolean isFixed() {
    return choices.size() == 1;
  }

  @Override
  public double anyValue() {
    return 0;
  }

  @Override
  public long count() {
    return choices.size();
  }

  @Override
  public double valueAt(long index) {
    return index;
  }

  @Override
  public boolean contains(double value) {
    return value >= 0 && value < choices.size() && value == Math.rint(value);
  }

  @Override
  public Object shown(double value) {
    return choices.get((int) value);
  }
}
