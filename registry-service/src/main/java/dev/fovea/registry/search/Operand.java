package dev.fovea.registry.search;

import dev.fovea.kernel.Text;
import java.util.List;
import java.util.stream.Collectors;

/** What a filter compares with. */
public sealed interface Operand {
  /** A quoted text. */
  record Word(String text) implements Operand {
    @Override
    public String toString() {
      return "'" + Text.excerpt(text) + "'";
    }
  }

  /** A number without quotes. */
  record Quantity(double value) implements Operand {
    @Override
    public String toString() {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  /** Quoted texts in parentheses. */
  record Words(List<String> texts) implements Operand {
    @Override
    public String toString() {
      return texts.stream()
          .limit(3)
          .map(Text::excerpt)
          .collect(Collectors.joining("', '", "('", "')"));
    }
  }

  /** {@code IS NULL} compares with nothing. */
  record Nothing() implements Operand {}
}
