package dev.fovea.security;

import dev.fovea.kernel.Caller;
import java.util.Set;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * One row of the table: who may use a method on a path.
 *
 * @param method an HTTP method, or {@code *}
 * @param pattern in Spring's syntax; a {@code {project}} in it is checked against the caller's
 *     project
 * @param open whether nobody needs to be signed in
 * @param roles who may, where it is not open
 */
record Route(String method, PathPattern pattern, boolean open, Set<Caller.Role> roles) {
  static Route open(String method, String pattern) {
    return new Route(method, PathPatternParser.defaultInstance.parse(pattern), true, Set.of());
  }

  static Route of(String method, String pattern, Set<Caller.Role> roles) {
    return new Route(
        method, PathPatternParser.defaultInstance.parse(pattern), false, Set.copyOf(roles));
  }

  boolean matches(String requestMethod, PathContainer path) {
    // HEAD is what GET is.
    var asked = requestMethod.equals("HEAD") ? "GET" : requestMethod;
    return (method.equals("*") || method.equals(asked)) && pattern.matches(path);
  }

  /** Whether somebody with these roles may. */
  boolean allows(Set<Caller.Role> held) {
    return open
        || held.contains(Caller.Role.SERVICE)
        || held.contains(Caller.Role.ADMIN)
        || held.stream().anyMatch(roles::contains);
  }
}
