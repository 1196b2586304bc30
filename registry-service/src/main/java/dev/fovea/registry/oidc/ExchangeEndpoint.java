package dev.fovea.registry.oidc;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.TokenExchange;
import dev.fovea.registry.TokenExchange.Exchanged;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The route of {@link TokenExchange}. Nobody is signed in here, so the body is read by hand, up to
 * a limit, before anything looks into it.
 */
@RestController
class ExchangeEndpoint {
  static final int LIMIT_BYTES = 32 * 1024;
  private static final String FIX =
      "send grant_type, subject_token_type, subject_token and project, as JSON or as a form";

  private final Exchanges exchanges;
  private final JsonMapper json;

  ExchangeEndpoint(Exchanges exchanges, JsonMapper json) {
    this.exchanges = exchanges;
    this.json = json;
  }

  @PostMapping("/api/v1/oidc/token")
  Exchanged exchange(HttpServletRequest request) throws IOException {
    var body = request.getInputStream().readNBytes(LIMIT_BYTES + 1);
    if (body.length > LIMIT_BYTES) {
      throw new InvalidRequest("body: more than %d bytes".formatted(LIMIT_BYTES), FIX);
    }
    var type = String.valueOf(request.getContentType());
    var text = new String(body, StandardCharsets.UTF_8);
    var fields = type.startsWith("application/x-www-form-urlencoded") ? form(text) : object(text);
    expect(fields, "grant_type", TokenExchange.GRANT_TYPE);
    expect(fields, "subject_token_type", TokenExchange.JWT);
    return exchanges.exchange(project(fields), fields.getOrDefault("subject_token", ""));
  }

  private static void expect(Map<String, String> fields, String name, String wanted) {
    var found = fields.getOrDefault(name, "");
    if (!found.equals(wanted)) {
      throw new InvalidRequest(
          "%s: '%s' (expected: %s)".formatted(name, Text.excerpt(found), wanted), FIX);
    }
  }

  private static Name project(Map<String, String> fields) {
    try {
      return Name.of(fields.getOrDefault("project", ""));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest("project: " + e.getMessage(), FIX);
    }
  }

  private Map<String, String> object(String text) {
    try {
      var fields = new HashMap<String, String>();
      json.readTree(text)
          .properties()
          .forEach(field -> {
            if (field.getValue().isString()) {
              fields.put(field.getKey(), field.getValue().asString());
            }
          });
      return fields;
    } catch (JacksonException e) {
      throw new InvalidRequest("body: neither a form nor JSON", FIX);
    }
  }

  private static Map<String, String> form(String text) {
    try {
      var fields = new HashMap<String, String>();
      for (var pair : text.strip().split("&")) {
        int at = pair.indexOf('=');
        if (at > 0) {
          fields.put(decoded(pair.substring(0, at)), decoded(pair.substring(at + 1)));
        }
      }
      return fields;
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest("body: a broken escape", FIX);
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
