package dev.fovea.front;

import dev.fovea.roles.ActiveRoles;
import dev.fovea.roles.ServiceRole;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import okhttp3.HttpUrl;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * One address for all roles: what another role owns is passed on to its process, everything else is
 * answered here. Where a request goes is decided by {@link PathOwners} and the configuration alone,
 * never by anything that the request says; who may do what is decided by the owner.
 */
final class FrontDoor extends OncePerRequestFilter {
  private final ActiveRoles here;
  private final Map<ServiceRole, HttpUrl> elsewhere;
  private final Passage passage;

  /** The owner's own firewall, so that a disguised path is refused before it is matched. */
  private final StrictHttpFirewall firewall = new StrictHttpFirewall();

  FrontDoor(ActiveRoles here, Map<ServiceRole, HttpUrl> elsewhere, Passage passage) {
    this.here = here;
    this.elsewhere = Map.copyOf(elsewhere);
    this.passage = passage;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var owner = PathOwners.find(request.getRequestURI()).flatMap(PathOwners.Row::role);
    if (owner.isEmpty() || here.contains(owner.get())) {
      chain.doFilter(request, response);
      return;
    }
    try {
      firewall.getFirewalledRequest(request);
    } catch (RequestRejectedException _) {
      new Unpassed(
              400,
              "INVALID_PARAMETER_VALUE",
              "the path or a header is disguised",
              "send plain paths: no empty segments, no '.' or '..', no encoded slashes")
          .tell(request, response);
      return;
    }
    var role = owner.get();
    var address = elsewhere.get(role);
    if (address == null) {
      Unpassed.unknown(role).tell(request, response);
      return;
    }
    passage.carry(role, address, request, response);
  }
}
