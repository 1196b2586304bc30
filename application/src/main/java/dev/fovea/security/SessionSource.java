package dev.fovea.security;

import dev.fovea.kernel.Caller;
import jakarta.servlet.http.HttpServletRequest;

/** The caller of a signed-in browser. */
final class SessionSource implements CallerFilter.Source {
  private static final String ATTRIBUTE = "fovea.caller";

  @Override
  public CallerFilter.Found find(HttpServletRequest request) {
    var session = request.getSession(false);
    return session != null && session.getAttribute(ATTRIBUTE) instanceof Caller caller
        ? new CallerFilter.Found.Somebody(caller, false)
        : new CallerFilter.Found.Nobody();
  }

  /** Signs the browser in under a new session id. */
  static void signIn(HttpServletRequest request, Caller caller) {
    request.getSession(true);
    request.changeSessionId();
    request.getSession().setAttribute(ATTRIBUTE, caller);
  }

  /** Ends the session. */
  static void signOut(HttpServletRequest request) {
    var session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
