package dev.fovea.cli.imports.rest;

import dev.fovea.cli.imports.source.Each;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Walks the pages of a listing, and ends one that does not end. */
public final class Paged {
  private static final int MOST_PAGES = 100_000;
  private static final int MOST_EMPTY = 10;

  private Paged() {}

  /** Asks for one page. */
  public interface Ask {
    /**
     * @param token empty for the first page
     */
    JsonNode page(String token) throws IOException;
  }

  /**
   * Takes each item of each page.
   *
   * @param field where a page has its items
   * @throws IOException where pages repeat, are empty again and again, or never end
   */
  public static void each(String field, Ask ask, Each<JsonNode> to) throws IOException {
    var seen = new HashSet<UUID>();
    var token = "";
    int empty = 0;
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      var page = ask.page(token);
      var items = page.path(field);
      for (var item : items) {
        to.take(item);
      }
      empty = items.isEmpty() ? empty + 1 : 0;
      token = page.path("next_page_token").asString("");
      if (token.isEmpty()) {
        return;
      }
      if (empty > MOST_EMPTY || token.length() > 10_000 || !seen.add(id(token))) {
        throw endless(field, pages + 1);
      }
    }
    throw endless(field, MOST_PAGES);
  }

  private static UUID id(String token) {
    return UUID.nameUUIDFromBytes(token.getBytes(StandardCharsets.UTF_8));
  }

  private static IOException endless(String field, int pages) {
    return new IOException(
        "the server's pages of %s do not end: after %d it repeats itself, or gives empty ones"
            .formatted(field, pages));
  }
}
