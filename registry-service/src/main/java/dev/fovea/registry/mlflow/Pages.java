package dev.fovea.registry.mlflow;

import dev.fovea.registry.protocol.Page;
import java.util.LinkedHashMap;
import java.util.Map;

/** A page as MLflow sends it: an empty list and a last token are left out. */
final class Pages {
  private Pages() {}

  static Map<String, Object> message(String items, Page<?> page) {
    var message = new LinkedHashMap<String, Object>();
    if (!page.items().isEmpty()) {
      message.put(items, page.items());
    }
    page.next().ifPresent(token -> message.put("next_page_token", token));
    return message;
  }
}
