package dev.fovea.dvc.pipeline;

import dev.fovea.dvc.DvcScalars;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of a parameter in one form, however it is written: {@code 1e-3} is {@code 0.001}, {@code
 * True} is {@code true}, a list is {@code [1, 2]}, and a text that would be read as something else
 * is in quotes.
 */
final class DvcValue {
  private static final int LONGEST = 1000;
  private static final int MOST_DEEP = 64;
  private static final int MOST_DIGITS = 40;
  private static final DvcScalars SCALARS = new DvcScalars();
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]{1,40}(\\.[0-9]{0,40})?|\\.[0-9]{1,40})([eE][-+]?[0-9]{1,3})?");

  private final StringBuilder form = new StringBuilder();
  private boolean tooMuch;

  private DvcValue() {}

  /** The form; absent where it would have more than 1,000 characters, or 64 levels. */
  static Optional<String> form(Node node) {
    var value = new DvcValue();
    value.add(node, 0);
    return value.tooMuch || value.form.length() > LONGEST
        ? Optional.empty()
        : Optional.of(value.form.toString());
  }

  // An alias is followed each time: the length alone bounds how often.
  private void add(Node node, int depth) {
    if (form.length() > LONGEST || depth > MOST_DEEP) {
      tooMuch = true;
    }
    if (tooMuch) {
      return;
    }
    switch (node) {
      case ScalarNode scalar -> form.append(scalar(scalar));
      case SequenceNode list -> {
        var between = "[";
        for (var each : list.getValue()) {
          form.append(between);
          add(each, depth + 1);
          between = ", ";
        }
        form.append(list.getValue().isEmpty() ? "[]" : "]");
      }
      case MappingNode mapping -> {
        var between = "{";
        for (var each : mapping.getValue()) {
          form.append(between);
          add(each.getKeyNode(), depth + 1);
          form.append(": ");
          add(each.getValueNode(), depth + 1);
          between = ", ";
        }
        form.append(mapping.getValue().isEmpty() ? "{}" : "}");
      }
      default -> tooMuch = true;
    }
  }

  private static String scalar(ScalarNode scalar) {
    var text = scalar.getValue();
    if (text.length() > LONGEST) {
      return text; // which is too much by itself
    }
    var tag = SCALARS.getScalarResolver().resolve(text, true);
    if (tag.equals(Tag.STR)) {
      return text;
    }
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return "'" + text + "'";
    }
    if (tag.equals(Tag.NULL)) {
      return "null";
    }
    if (tag.equals(Tag.BOOL)) {
      return text.toLowerCase(Locale.ROOT);
    }
    return DECIMAL.matcher(text).matches() ? number(new BigDecimal(text)) : text;
  }

  private static String number(BigDecimal number) {
    var plain = number.stripTrailingZeros();
    return Math.abs(plain.scale()) > MOST_DIGITS ? plain.toString() : plain.toPlainString();
  }
}
