package dev.fovea.registry.search;

import dev.fovea.registry.search.Lexer.Kind;
import dev.fovea.registry.search.Lexer.Token;
import java.util.function.Supplier;

/**
 * What a comparison or an order is about: {@code metrics.loss}, {@code params.`model type`}, {@code
 * start_time}.
 */
record Key(Entity entity, String name) {
  static Key read(Supplier<Token> tokens, Token shown) {
    var first = tokens.get();
    if (first.kind() == Kind.BACKTICKED || first.kind() == Kind.DOUBLE_QUOTED) {
      return new Key(Entity.ATTRIBUTE, first.text());
    }
    if (first.kind() != Kind.WORD) {
      throw Lexer.invalid(shown.text());
    }
    int dot = first.text().indexOf('.');
    if (dot < 0) {
      return new Key(Entity.ATTRIBUTE, first.text());
    }
    var entity = Entity.written(first.text().substring(0, dot));
    if (dot < first.text().length() - 1) {
      return new Key(entity, first.text().substring(dot + 1));
    }
    var name = tokens.get();
    if (name.kind() != Kind.BACKTICKED && name.kind() != Kind.DOUBLE_QUOTED) {
      throw Lexer.invalid(first.text() + name.text());
    }
    return new Key(entity, name.text());
  }
}
