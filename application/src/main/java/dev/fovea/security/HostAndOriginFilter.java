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
import java.util.Optional;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what a page of another origin sends here: a foreign {@code Host} (DNS rebinding), a
 * foreign {@code Origin}, and every cross-site request but a plain navigation. Outermost, so that
 * nothing answers before it.
 */
final class HostAndOriginFilter extends OncePerRequestFilter {
  private static final Set<String> LOOPBACK =
      Set.of("localhost", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1");

  private final Set<String> hosts;
  private final Optional<String> publicOrigin;

  /**
   * @param publicUrl the address that people use; where a proxy ends TLS, pages have its origin and
   *     not the one that this server sees
   * @param internalHosts host names (without port) by which Fovea's own processes call this one
   * @param loopbackOnly whether the server listens on loopback alone
   */
  HostAndOriginFilter(Optional<URI> publicUrl, Set<String> internalHosts, boolean loopbackOnly) {
    var known = new HashSet<String>();
    internalHosts.forEach(host -> known.add(host.toLowerCase(Locale.ROOT)));
    publicUrl.ifPresent(url -> known.add(url.getHost().toLowerCase(Locale.ROOT)));
    if (loopbackOnly || publicUrl.isEmpty()) {
      known.addAll(LOOPBACK);
    }
    this.hosts = Set.copyOf(known);
    this.publicOrigin = publicUrl.map(url -> origin(url.getScheme(), url.getHost(), url.getPort()));
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (Collections.list(request.getHeaders("Host")).size() > 1
        || !(ours(request.getServerName()) || probe(request))) {
      refuse(response, 400, "this server does not answer to that host name");
    } else if (foreign(request)) {
      refuse(response, 403, "a page of another origin may not call this server");
    } else {
      chain.doFilter(request, response);
    }
  }

  private boolean ours(String host) {
    return hosts.contains(bare(host));
  }

  /**
   * A kubelet or a load balancer asks a process for its health by the address that the process
   * listens on. No page can have that address as its origin unless this server sent it, so this
   * opens nothing to DNS rebinding, which needs a name.
   */
  private static boolean probe(HttpServletRequest request) {
    return Set.of("GET", "HEAD").contains(request.getMethod())
        && request.getRequestURI().matches("/actuator/health(/[a-z]+)?")
        && bare(request.getServerName()).equals(bare(request.getLocalAddr()));
  }

  private static String bare(String host) {
    return host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
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

  private boolean sameOrigin(String text, HttpServletRequest request) {
    try {
      var uri = URI.create(text);
      if (uri.getScheme() == null || uri.getHost() == null) {
        return false;
      }
      var asked = origin(uri.getScheme(), uri.getHost(), uri.getPort());
      return publicOrigin.filter(asked::equals).isPresent()
          || asked.equals(
              origin(request.getScheme(), request.getServerName(), request.getServerPort()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String origin(String scheme, String host, int port) {
    var known = port >= 0 ? port : scheme.equalsIgnoreCase("https") ? 443 : 80;
    return "%s://%s:%d".formatted(scheme, host, known).toLowerCase(Locale.ROOT);
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
