package dev.fovea.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What a person's browser does: keeps cookies, reads pages, sends the forms that stand on them.
 * Follows no redirect.
 */
final class Browser {
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"/?>");
  private final HttpClient client =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  private final String origin;

  private Browser(String origin) {
    this.origin = origin;
  }

  static Browser of(ConfigurableApplicationContext context) {
    return new Browser(
        "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
  }

  /** What came back. */
  record Page(int status, String body, Map<String, String> headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
    }

    /** The hidden fields of the form that goes to an address ending so. */
    Map<String, String> form(String action) {
      var from = body.indexOf(action + "\"");
      if (from < 0) {
        throw new AssertionError("no form goes to …" + action);
      }
      var fields = new LinkedHashMap<String, String>();
      var matcher = HIDDEN.matcher(body.substring(from, body.indexOf("</form>", from)));
      while (matcher.find()) {
        fields.put(matcher.group(1), matcher.group(2));
      }
      return fields;
    }
  }

  Page get(String path) {
    return send(HttpRequest.newBuilder(URI.create(origin + path)).header("Accept", "text/html"));
  }

  Page post(String path, Map<String, String> fields) {
    var body =
        fields.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(URI.create(origin + path))
            .header("Accept", "text/html")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private Page send(HttpRequest.Builder request) {
    try {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Page(
          answer.statusCode(),
          answer.body(),
          answer.headers().map().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      e -> e.getKey().toLowerCase(java.util.Locale.ROOT),
                      e -> String.join(", ", e.getValue()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
