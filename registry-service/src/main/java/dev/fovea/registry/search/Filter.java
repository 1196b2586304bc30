package dev.fovea.registry.search;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.search.Lexer.Kind;
import dev.fovea.registry.search.Lexer.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads MLflow's filters: comparisons joined by AND, such as {@code metrics.loss < 0.3 AND
 * params."model type" LIKE 'res%'}. At most 64 KiB, 100 comparisons, and 1,000 values in a list.
 */
public final class Filter {
  private static final int MOST_COMPARISONS = 100;
  private static final int MOST_VALUES = 1_000;
  private static final int MOST_PATTERN_CHARS = 500;
  private static final int MOST_WILDCARDS = 8;

  private final List<Token> tokens;
  private int at;

  private Filter(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * Reads a filter; a blank one has no conditions.
   *
   * @throws MlflowError where the text is not such a filter, with the clause that is not
   */
  public static List<Comparison> parse(String text) {
    var filter = new Filter(Lexer.tokens(text));
    var comparisons = new ArrayList<Comparison>();
    while (filter.at < filter.tokens.size()) {
      if (comparisons.size() == MOST_COMPARISONS) {
        throw MlflowError.invalid(
            "filter: more than %d comparisons (expected: fewer)".formatted(MOST_COMPARISONS));
      }
      if (!comparisons.isEmpty()) {
        filter.expect("AND");
      }
      comparisons.add(filter.comparison());
    }
    return comparisons;
  }

  private Comparison comparison() {
    var key = Key.read(this::next, tokens.get(at));
    var operator = operator();
    if (operator.asksPresence()) {
      return new Comparison(key.entity(), key.name(), operator, new Operand.Nothing());
    }
    if (operator.takesList()) {
      return new Comparison(key.entity(), key.name(), operator, list());
    }
    var value = next();
    var operand =
        switch (value.kind()) {
          case NUMBER -> new Operand.Quantity(Double.parseDouble(value.text()));
          case SINGLE_QUOTED, DOUBLE_QUOTED -> new Operand.Word(value.text());
          default -> throw Lexer.invalid(value.text());
        };
    if (operator == Operator.LIKE || operator == Operator.ILIKE) {
      checkPattern(value.text());
    }
    return new Comparison(key.entity(), key.name(), operator, operand);
  }

  private Operator operator() {
    var token = next();
    if (token.is("NOT")) {
      expect("IN");
      return Operator.NOT_IN;
    }
    if (token.is("IS")) {
      if (peekIs("NOT")) {
        next();
        expect("NULL");
        return Operator.IS_NOT_NULL;
      }
      expect("NULL");
      return Operator.IS_NULL;
    }
    if (token.kind() != Kind.WORD && token.kind() != Kind.SYMBOL) {
      throw Lexer.invalid(token.text());
    }
    return Operator.written(token.text()).orElseThrow(() -> Lexer.invalid(token.text()));
  }

  private Operand list() {
    expect("(");
    var values = new ArrayList<String>();
    do {
      var value = next();
      if (value.kind() != Kind.SINGLE_QUOTED && value.kind() != Kind.DOUBLE_QUOTED) {
        throw MlflowError.invalid(
            "While parsing a list in the query, expected a quoted string. Got value %s"
                .formatted(Text.excerpt(value.text())));
      }
      if (values.size() == MOST_VALUES) {
        throw MlflowError.invalid(
            "filter: more than %d values in a list (expected: fewer)".formatted(MOST_VALUES));
      }
      values.add(value.text());
    } while (skip(","));
    expect(")");
    return new Operand.Words(List.copyOf(values));
  }

  // A pattern of many wildcards makes a database try exponentially many ways to match.
  private static void checkPattern(String pattern) {
    long wildcards = pattern.replaceAll("%+", "%").chars().filter(c -> c == '%').count();
    if (pattern.length() > MOST_PATTERN_CHARS || wildcards > MOST_WILDCARDS) {
      throw MlflowError.invalid(
          "LIKE pattern: %d characters with %d wildcards (expected: at most %d with %d)"
              .formatted(pattern.length(), wildcards, MOST_PATTERN_CHARS, MOST_WILDCARDS));
    }
  }

  private Token next() {
    if (at == tokens.size()) {
      throw Lexer.invalid(tokens.isEmpty() ? "" : tokens.getLast().text());
    }
    return tokens.get(at++);
  }

  private boolean peekIs(String word) {
    return at < tokens.size() && tokens.get(at).is(word);
  }

  private boolean skip(String word) {
    var there = peekIs(word);
    if (there) {
      at++;
    }
    return there;
  }

  private void expect(String word) {
    var token = next();
    if (!token.is(word)) {
      throw Lexer.invalid(token.text());
    }
  }
}
