package dev.fovea.security;

import dev.fovea.kernel.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;

/** The caller of a signed-in browser. */
final class SessionSource implements CallerFilter.Source {
  private static final String ATTRIBUTE = "fovea.caller";
  private static final String UNTIL = "fovea.until";

  private final Clock clock;

  SessionSource(Clock clock) {
    this.clock = clock;
  }

  @Override
  public CallerFilter.Found find(HttpServletRequest request) {
    var session = request.getSession(false);
    if (session == null || !(session.getAttribute(ATTRIBUTE) instanceof Caller caller)) {
      return new CallerFilter.Found.Nobody();
    }
    if (session.getAttribute(UNTIL) instanceof Instant until && !clock.instant().isBefore(until)) {
      signOut(request);
      return new CallerFilter.Found.Nobody();
    }
    return new CallerFilter.Found.Somebody(caller, false);
  }

  /**
   * Signs the browser in, in a session that is new: whatever the one before held, and whoever knew
   * its id, has no part in it.
   */
  static void signIn(HttpServletRequest request, Caller caller) {
    signOut(request);
    request.getSession(true).setAttribute(ATTRIBUTE, caller);
  }

  /** The same for so long, however often the browser comes. */
  static void signIn(HttpServletRequest request, Caller caller, Instant until) {
    signIn(request, caller);
    request.getSession().setAttribute(UNTIL, until);
  }

  /** Ends the session. */
  static void signOut(HttpServletRequest request) {
    var session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
