package dev.fovea.security;

import dev.fovea.lab.AgentAccess;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The device behind an agent's token. The lab is asked every time, so that a device that was
 * removed is refused at once; where the lab runs elsewhere, agents call it there.
 */
final class AgentSource implements CallerFilter.Source {
  private static final String SCHEME = "Bearer ";
  private static final int MAX_TOKEN_CHARS = 200;

  private final ObjectProvider<AgentAccess> access;

  AgentSource(ObjectProvider<AgentAccess> access) {
    this.access = access;
  }

  @Override
  public CallerFilter.Found find(HttpServletRequest request) {
    var header = request.getHeader("Authorization");
    if (header == null || !header.startsWith(SCHEME + AgentAccess.PREFIX)) {
      return new CallerFilter.Found.Nobody();
    }
    var token = header.substring(SCHEME.length());
    var lab = access.getIfAvailable();
    return lab == null || token.length() > MAX_TOKEN_CHARS
        ? new CallerFilter.Found.Wrong()
        : lab.caller(token)
            .<CallerFilter.Found>map(caller -> new CallerFilter.Found.Somebody(caller, false))
            .orElseGet(CallerFilter.Found.Wrong::new);
  }
}
