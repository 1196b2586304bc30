package dev.fovea.front;

import dev.fovea.roles.OnBehalfOf;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import okhttp3.Headers;
import okhttp3.HttpUrl;

/** Which headers go along. */
final class PassedHeaders {
  /** Of one connection, not of the message (RFC 9110, 7.6.1), or set anew by the client. */
  private static final Set<String> OF_ONE_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect");

  /**
   * Judged here already, or power that no outsider has: sessions are of the web role alone, and
   * only Fovea's own processes speak for others.
   */
  private static final Set<String> STAYS_HERE =
      Set.of(
          "host",
          "content-length",
          "cookie",
          "origin",
          "referer",
          "forwarded",
          OnBehalfOf.HEADER.toLowerCase(Locale.ROOT));

  private PassedHeaders() {}

  static Headers asking(HttpServletRequest request) {
    var named = named(Collections.list(request.getHeaders("Connection")));
    var headers = new Headers.Builder();
    for (var name : Collections.list(request.getHeaderNames())) {
      var lower = name.toLowerCase(Locale.ROOT);
      if (!OF_ONE_HOP.contains(lower)
          && !STAYS_HERE.contains(lower)
          && !named.contains(lower)
          && !lower.startsWith("sec-")
          && !lower.startsWith("x-forwarded-")) {
        for (var value : Collections.list(request.getHeaders(name))) {
          headers.addUnsafeNonAscii(name, value);
        }
      }
    }
    // The client adds its own where there are none: compressed answers, and its name.
    if (headers.get("Accept-Encoding") == null) {
      headers.set("Accept-Encoding", "identity");
    }
    if (headers.get("User-Agent") == null) {
      headers.set("User-Agent", "fovea");
    }
    return headers.build();
  }

  static void answering(Headers headers, HttpUrl owner, HttpServletResponse response) {
    var named = named(headers.values("Connection"));
    var origin = owner.toString().replaceAll("/+$", "");
    for (var header : headers) {
      var lower = header.getFirst().toLowerCase(Locale.ROOT);
      if (OF_ONE_HOP.contains(lower) || named.contains(lower) || lower.equals("set-cookie")) {
        continue;
      }
      // The owner's own address means nothing to the client.
      var value = header.getSecond();
      response.addHeader(
          header.getFirst(),
          lower.equals("location") && value.startsWith(origin + "/")
              ? value.substring(origin.length())
              : value);
    }
  }

  /** The headers that a Connection header names are of this connection, too. */
  private static Set<String> named(List<String> connection) {
    var named = new HashSet<String>();
    for (var value : connection) {
      Arrays.stream(value.split(","))
          .map(name -> name.strip().toLowerCase(Locale.ROOT))
          .forEach(named::add);
    }
    return named;
  }
}
