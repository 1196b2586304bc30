package dev.fovea.security;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A person's browser whose cookies a test can read and change. Follows no redirect. */
final class Visitor {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern CSRF =
      Pattern.compile("<input type=\"hidden\" name=\"_csrf\" value=\"([^\"]*)\"");

  private final URI server;
  final Map<String, String> cookies = new TreeMap<>();

  Visitor(URI server) {
    this.server = server;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  /** Sends a form with the token of a page that this visitor may see. */
  HttpResponse<String> post(String path, String from) throws IOException, InterruptedException {
    return post(path, from, "");
  }

  /** The same with further fields, as a form writes them. */
  HttpResponse<String> post(String path, String from, String fields)
      throws IOException, InterruptedException {
    var csrf = CSRF.matcher(get(from).body());
    if (!csrf.find()) {
      throw new AssertionError("no form on " + from);
    }
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "_csrf=%s&%s"
                        .formatted(
                            URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8), fields))));
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(server.resolve(path)).header("Accept", "text/html");
    if (!cookies.isEmpty()) {
      request.header(
          "Cookie",
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var answer = HTTP.send(request.build(), BodyHandlers.ofString());
    for (var set : answer.headers().allValues("Set-Cookie")) {
      var pair = set.split(";", 2);
      int at = pair[0].indexOf('=');
      if (set.contains("Max-Age=0")) {
        cookies.remove(pair[0].substring(0, at));
      } else {
        cookies.put(pair[0].substring(0, at), pair[0].substring(at + 1));
      }
    }
    return answer;
  }
}
