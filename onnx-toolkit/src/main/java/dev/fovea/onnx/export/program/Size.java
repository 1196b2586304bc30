package dev.fovea.onnx.export.program;

import java.util.regex.Pattern;

/** A size, stride or index: a number, or something that is known only when the model runs. */
public sealed interface Size {

  /** A number written into the program. */
  record Known(long value) implements Size {}

  /** A symbolic integer that a node of the program computes, by its name. */
  record Computed(String name) implements Size {}

  /**
   * A size in a tensor's metadata that depends on the inputs. Equal texts mean equal sizes.
   *
   * @param text a symbol such as {@code s77}, or an expression as PyTorch printed it
   */
  record Symbolic(String text) implements Size {
    private static final Pattern SYMBOL = Pattern.compile("Symbol\\('(\\w{1,64})'[^()]*\\)");
    private static final Pattern SYMBOL_NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");

    /** The size that PyTorch's printed expression means; a lone symbol is reduced to its name. */
    public static Symbolic parse(String expression) {
      var symbol = SYMBOL.matcher(expression);
      return new Symbolic(symbol.matches() ? symbol.group(1) : expression);
    }

    /** Whether this is a symbol by itself and not an expression. */
    public boolean isSymbol() {
      return SYMBOL_NAME.matcher(text).matches();
    }
  }

  static Size known(long value) {
    return new Known(value);
  }
}
