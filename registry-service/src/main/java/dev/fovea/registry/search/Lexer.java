package dev.fovea.registry.search;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Cuts a filter or an order into tokens, in one pass without backtracking. */
final class Lexer {
  /** What a token is. */
  enum Kind {
    WORD,
    NUMBER,
    SINGLE_QUOTED,
    DOUBLE_QUOTED,
    BACKTICKED,
    SYMBOL
  }

  /** A piece of the text; quotes are taken off. */
  record Token(Kind kind, String text) {
    boolean is(String word) {
      return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(word);
    }
  }

  // Possessive, so that no input makes it try twice.
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<word>[A-Za-z_][A-Za-z0-9_.]*+)|(?<number>-?[0-9]++(?:\\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?+)"
              + "|(?<symbol><=|>=|!=|[=<>(),])");
  private static final int MOST_CHARS = 65_536;
  private static final int MOST_TOKENS = 5_000;

  private final String text;
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    if (text.length() > MOST_CHARS) {
      throw MlflowError.invalid(
          "filter: %d characters (expected: at most %d)".formatted(text.length(), MOST_CHARS));
    }
    var lexer = new Lexer(text);
    var tokens = new ArrayList<Token>();
    for (lexer.skipBlanks(); lexer.at < text.length(); lexer.skipBlanks()) {
      if (tokens.size() == MOST_TOKENS) {
        throw MlflowError.invalid(
            "filter: more than %d tokens (expected: fewer)".formatted(MOST_TOKENS));
      }
      tokens.add(lexer.next());
    }
    return tokens;
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private Token next() {
    return switch (text.charAt(at)) {
      case '\'' -> new Token(Kind.SINGLE_QUOTED, quoted('\''));
      case '"' -> new Token(Kind.DOUBLE_QUOTED, quoted('"'));
      case '`' -> new Token(Kind.BACKTICKED, quoted('`'));
      default -> plain();
    };
  }

  private String quoted(char quote) {
    var content = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != quote) {
        content.append(c);
      } else if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
        content.append(quote);
        i++;
      } else {
        at = i + 1;
        return content.toString();
      }
    }
    throw invalid(text.substring(at));
  }

  private Token plain() {
    var matcher = TOKEN.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw invalid(text.substring(at));
    }
    at = matcher.end();
    if (matcher.group("word") != null) {
      return new Token(Kind.WORD, matcher.group());
    }
    return new Token(matcher.group("number") != null ? Kind.NUMBER : Kind.SYMBOL, matcher.group());
  }

  static MlflowError invalid(String rest) {
    return MlflowError.invalid(
        "Invalid clause(s) in filter string: '%s'".formatted(Text.excerpt(rest)));
  }
}
