package dev.fovea.query;

import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A query as it was written, looked at before any parser sees it: one statement that selects, not
 * too long and not too deep. This keeps mistakes and accidents out; what keeps a query from doing
 * harm is the process that it runs in.
 */
public final class SqlText {
  static final int MOST_CHARS = 20_000;
  static final int MOST_LEVELS = 64;
  private static final Set<String> FIRST = Set.of("select", "with", "from");
  private static final Set<String> CLOCKS =
      Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

  private final String statement;
  private final List<Token> tokens;

  private SqlText(String statement, List<Token> tokens) {
    this.statement = statement;
    this.tokens = tokens;
  }

  /** A piece of the text; words in lower case, strings and comments left out. */
  private record Token(String text, int at) {
    boolean is(String other) {
      return text.equals(other);
    }

    boolean isWord() {
      return Character.isLetter(text.charAt(0)) || text.charAt(0) == '_';
    }
  }

  /**
   * Looks at a text.
   *
   * @throws QueryProblem when it is no single SELECT statement of at most 20,000 characters and 64
   *     levels of brackets
   */
  public static SqlText parse(String text) {
    if (text.length() > MOST_CHARS) {
      throw new QueryProblem(
          "the query has %d characters (expected: at most %d)".formatted(text.length(), MOST_CHARS),
          "put long lists of values into the labels, or select less");
    }
    var tokens = new Scan(text).tokens();
    int end = text.length();
    while (!tokens.isEmpty() && tokens.getLast().is(";")) {
      end = tokens.removeLast().at();
    }
    if (tokens.isEmpty() || !FIRST.contains(tokens.getFirst().text())) {
      throw new QueryProblem(
          tokens.isEmpty()
              ? "the query is empty (expected: select …)"
              : "the query begins with '%s' (expected: select or with)"
                  .formatted(Text.excerpt(tokens.getFirst().text())),
          "write one statement such as: select path from images where label = 'car'");
    }
    var statement = text.substring(0, end);
    var sql = new SqlText(statement, List.copyOf(tokens));
    for (var token : tokens) {
      if (token.is(";")) {
        throw new QueryProblem(
            "%s: a second statement begins behind ';' (expected: one)".formatted(sql.place(token)),
            "run them one after the other");
      }
    }
    sql.requireShallow();
    return sql;
  }

  private void requireShallow() {
    var open = new ArrayList<Token>();
    for (var token : tokens) {
      switch (token.text()) {
        case "(", "[", "{" -> open.add(token);
        case ")", "]", "}" -> {
          if (open.isEmpty()) {
            throw new QueryProblem(
                "%s: '%s' closes nothing".formatted(place(token), token.text()), "remove it");
          }
          open.removeLast();
        }
        default -> {}
      }
      if (open.size() > MOST_LEVELS) {
        throw new QueryProblem(
            "%s: more than %d brackets are open".formatted(place(token), MOST_LEVELS),
            "write it flatter: a 'with' for each part");
      }
    }
    if (!open.isEmpty()) {
      throw new QueryProblem(
          "%s: '%s' is not closed".formatted(place(open.getLast()), open.getLast().text()),
          "close it");
    }
  }

  private String place(Token token) {
    return place(statement, token.at());
  }

  /** The statement, without a {@code ;} at its end. */
  public String statement() {
    return statement;
  }

  /** The names that are called as functions, in lower case, and the clocks that need no call. */
  List<String> calls() {
    var calls = new TreeSet<String>();
    for (int i = 0; i < tokens.size(); i++) {
      var text = tokens.get(i).text();
      if (CLOCKS.contains(text) || tokens.get(i).isWord() && followedBy(i, "(")) {
        calls.add(text);
      }
    }
    return List.copyOf(calls);
  }

  /** Whether rows are drawn by lot. */
  boolean samples() {
    for (int i = 0; i < tokens.size(); i++) {
      var token = tokens.get(i);
      if (token.is("tablesample") || token.is("using") && followedBy(i, "sample")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Refuses one that draws by lot.
   *
   * @throws QueryProblem when rows are drawn by lot
   */
  void requireNoSample() {
    if (samples()) {
      throw new QueryProblem(
          "a sample is another each time, so nobody could make this subset again",
          "choose by what stays, such as: where md5 < '2' for about an eighth of the images");
    }
  }

  /** Whether it may look at the sizes of images: by their names, or by all columns. */
  boolean mayAskForSizes() {
    for (int i = 0; i < tokens.size(); i++) {
      var token = tokens.get(i);
      boolean all = token.is("*") && !(i > 0 && tokens.get(i - 1).is("(") && followedBy(i, ")"));
      boolean named = token.text().endsWith("width") || token.text().endsWith("height");
      if (all || named || token.is("columns") || token.is("from") && !selected(i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether columns are named before a FROM; DuckDB takes one without them for all columns. */
  private boolean selected(int from) {
    return from > 0 && !tokens.get(from - 1).is("(");
  }

  private boolean followedBy(int i, String other) {
    return i + 1 < tokens.size() && tokens.get(i + 1).is(other);
  }

  /**
   * Where something stands, as people count.
   *
   * @param at in bytes of UTF-8 from the statement's beginning, as DuckDB counts
   */
  String placeOfByte(int at) {
    var bytes = statement.getBytes(StandardCharsets.UTF_8);
    int bounded = Math.max(0, Math.min(at, bytes.length));
    return place(statement, new String(bytes, 0, bounded, StandardCharsets.UTF_8).length());
  }

  /** Such as {@code line 2, column 14}, both from 1. */
  static String place(String text, int at) {
    int line = 1;
    int begin = 0;
    for (int i = 0; i < at; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        begin = i + 1;
      }
    }
    return "line %d, column %d".formatted(line, text.codePointCount(begin, at) + 1);
  }

  /** Cuts a text into tokens as DuckDB does, and refuses what the two might cut differently. */
  private static final class Scan {
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Scan(String text) {
      this.text = text;
    }

    List<Token> tokens() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '\n' || c == '\r' || c == '\t' || c == ' ') {
          at++;
        } else if (Character.isISOControl(c) || c == '$' || c == '\\') {
          throw refusal(at, "'%s' outside of a string".formatted(Text.excerpt(String.valueOf(c))));
        } else if (text.startsWith("--", at)) {
          at = until("\n", at, text.length());
        } else if (text.startsWith("/*", at)) {
          comment();
        } else if (c == '\'') {
          quoted('\'', escapes());
        } else if (c == '"') {
          int begin = at;
          quoted('"', false);
          var name = text.substring(begin + 1, at - 1).toLowerCase(Locale.ROOT);
          tokens.add(new Token(name.isEmpty() ? "\"" : name, begin));
        } else if (Character.isLetter(c) || c == '_') {
          word();
        } else {
          tokens.add(new Token(String.valueOf(c), at++));
        }
      }
      return tokens;
    }

    private int until(String end, int from, int otherwise) {
      int found = text.indexOf(end, from);
      return found < 0 ? otherwise : found + end.length();
    }

    private void comment() {
      int end = until("*/", at + 2, -1);
      if (end < 0) {
        throw refusal(at, "the comment is not closed");
      }
      if (text.substring(at + 2, end).contains("/*")) {
        throw refusal(at, "a comment in a comment");
      }
      at = end;
    }

    /** Whether a backslash means something in the string that begins here: {@code E'it\'s'}. */
    private boolean escapes() {
      return !tokens.isEmpty() && tokens.getLast().is("e") && tokens.getLast().at() == at - 1;
    }

    private void quoted(char quote, boolean escapes) {
      int begin = at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '\\' && escapes) {
          at++;
        } else if (c == quote) {
          if (at == text.length() || text.charAt(at) != quote) {
            return;
          }
          at++;
        }
      }
      throw refusal(begin, "what begins with %s is not closed".formatted(quote));
    }

    private void word() {
      int begin = at;
      while (at < text.length()
          && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
        at++;
      }
      tokens.add(new Token(text.substring(begin, at).toLowerCase(Locale.ROOT), begin));
    }

    private QueryProblem refusal(int where, String what) {
      return new QueryProblem(
          "%s: %s".formatted(place(text, where), what), "write it as plain SQL");
    }
  }
}
