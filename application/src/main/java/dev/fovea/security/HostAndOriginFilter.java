package dev.fovea.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what a page of another origin sends here: a foreign {@code Host} (DNS rebinding), a
 * foreign {@code Origin}, and every cross-site request but a plain navigation. Outermost, so that
 * nothing answers before it.
 */
final class HostAndOriginFilter extends OncePerRequestFilter {
  private final Set<String> hosts;
  private final boolean loopbackOnly;

  /**
   * @param hosts further host names (without port) that are ours
   * @param loopbackOnly whether the server listens on loopback alone
   */
  HostAndOriginFilter(Set<String> hosts, boolean loopbackOnly) {
    this.hosts = Set.copyOf(hosts);
    this.loopbackOnly = loopbackOnly;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (Collections.list(request.getHeaders("Host")).size() > 1 || !ours(request.getServerName())) {
      refuse(response, 400, "this server does not answer to that host name");
    } else if (foreign(request)) {
      refuse(response, 403, "a page of another origin may not call this server");
    } else {
      chain.doFilter(request, response);
    }
  }

  private boolean ours(String host) {
    var name = host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
    var known = new HashSet<>(hosts);
    if (loopbackOnly || hosts.isEmpty()) {
      known.addAll(Set.of("localhost", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1"));
    }
    return known.contains(name);
  }

  private boolean foreign(HttpServletRequest request) {
    var origin = request.getHeader("Origin");
    if (origin != null && !sameOrigin(origin, request)) {
      return true;
    }
    var site = request.getHeader("Sec-Fetch-Site");
    if (site == null || site.equals("same-origin") || site.equals("none")) {
      return false;
    }
    // Following a link from another site is a navigation; it carries no power, since the session
    // cookie is not enough for a change.
    return !(request.getMethod().equals("GET")
        && "navigate".equals(request.getHeader("Sec-Fetch-Mode")));
  }

  private static boolean sameOrigin(String origin, HttpServletRequest request) {
    try {
      var uri = URI.create(origin);
      var port = uri.getPort() < 0 ? ("https".equals(uri.getScheme()) ? 443 : 80) : uri.getPort();
      return request.getServerName().equalsIgnoreCase(uri.getHost())
          && port == request.getServerPort()
          && request.getScheme().equals(uri.getScheme());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void refuse(HttpServletResponse response, int status, String text)
      throws IOException {
    response.setStatus(status);
    response.setContentType("application/problem+json");
    response
        .getWriter()
        .write(
            """
            {"type":"tag:fovea.dev,2026:problem/foreign-request","title":"Foreign request","status":%d,"detail":"%s",\
            "remedy":"use the address that the server printed when it started, or set fovea.auth.public-url"}\
            """
                .formatted(status, text));
  }
}
