package dev.fovea.registry.search;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import java.util.HashSet;
import java.util.List;

/** One column of an order, such as {@code metrics.loss DESC}. */
public record Order(Entity entity, String key, boolean ascending) {
  private static final int MOST_COLUMNS = 10;

  /**
   * Reads the columns of an order.
   *
   * @throws MlflowError where one is not understood or stands there twice
   */
  public static List<Order> parse(List<String> columns) {
    if (columns.size() > MOST_COLUMNS) {
      throw MlflowError.invalid(
          "order_by: %d columns (expected: at most %d)".formatted(columns.size(), MOST_COLUMNS));
    }
    var orders = columns.stream().map(Order::parse).toList();
    var seen = new HashSet<String>();
    for (var order : orders) {
      if (!seen.add(order.entity + "." + order.key)) {
        throw MlflowError.invalid("`order_by` contains duplicate fields: %s".formatted(columns));
      }
    }
    return orders;
  }

  private static Order parse(String column) {
    var tokens = Lexer.tokens(column).iterator();
    if (!tokens.hasNext()) {
      throw invalid(column);
    }
    var shown = new Lexer.Token(Lexer.Kind.WORD, column);
    var key =
        Key.read(
            () -> {
              if (!tokens.hasNext()) {
                throw invalid(column);
              }
              return tokens.next();
            },
            shown);
    var ascending = true;
    if (tokens.hasNext()) {
      var direction = tokens.next();
      ascending = direction.is("ASC");
      if ((!ascending && !direction.is("DESC")) || tokens.hasNext()) {
        throw invalid(column);
      }
    }
    return new Order(key.entity(), key.name(), ascending);
  }

  /** The SQL word of its direction. */
  public String direction() {
    return ascending ? "asc" : "desc";
  }

  private static MlflowError invalid(String column) {
    return MlflowError.invalid(
        "Invalid order_by clause '%s'. Expected 'key [ASC|DESC]'.".formatted(Text.excerpt(column)));
  }
}
