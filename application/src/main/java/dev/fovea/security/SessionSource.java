package dev.fovea.security;

import dev.fovea.kernel.Caller;
import dev.fovea.registry.SignIns;
import dev.fovea.registry.SignIns.SignedIn;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The caller of a signed-in browser. A sign-in by the identity provider is asked for with each
 * request: it can be ended elsewhere, and what this process knows would be of before.
 */
final class SessionSource implements CallerFilter.Source {
  private static final String ATTRIBUTE = "fovea.caller";
  private static final String UNTIL = "fovea.until";
  private static final String SIGN_IN = "fovea.sign-in";

  private final Supplier<Optional<SignIns>> provider;
  private final Clock clock;

  /**
   * @param provider who knows which sign-ins hold, where this process reaches it
   */
  SessionSource(Supplier<Optional<SignIns>> provider, Clock clock) {
    this.provider = provider;
    this.clock = clock;
  }

  @Override
  public CallerFilter.Found find(HttpServletRequest request) {
    var session = request.getSession(false);
    if (session == null || !(session.getAttribute(ATTRIBUTE) instanceof Caller caller)) {
      return new CallerFilter.Found.Nobody();
    }
    boolean over =
        session.getAttribute(UNTIL) instanceof Instant until && !clock.instant().isBefore(until);
    if (over || !signIn(request).map(this::stands).orElse(true)) {
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

  /** The same by the provider, for as long as that holds and however often the browser comes. */
  static void signIn(HttpServletRequest request, SignedIn person) {
    signIn(request, person.caller());
    var session = request.getSession();
    session.setAttribute(UNTIL, person.until());
    session.setAttribute(SIGN_IN, person.session());
  }

  /** The sign-in by the provider that this browser has, whether it still holds or not. */
  static Optional<String> signIn(HttpServletRequest request) {
    return Optional.ofNullable(request.getSession(false))
        .map(session -> session.getAttribute(SIGN_IN))
        .map(String.class::cast);
  }

  private boolean stands(String signIn) {
    return provider
        .get()
        .filter(registry -> registry.standing(new SignIns.Session(signIn)).stands())
        .isPresent();
  }

  /** Ends the session. */
  static void signOut(HttpServletRequest request) {
    var session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
