package dev.fovea.security;

import dev.fovea.kernel.Caller;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** One-time links that sign a browser in, as Jupyter does it. Each opens once, within an hour. */
public final class SignInLinks {
  private static final Duration VALID = Duration.ofHours(1);
  private static final int MAX_OPEN = 1_000;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Invitation> open = new ConcurrentHashMap<>();
  private final Clock clock;

  private record Invitation(Caller caller, Instant until) {}

  SignInLinks(Clock clock) {
    this.clock = clock;
  }

  /** The path and query of a new link for this caller. */
  public String create(Caller caller) {
    open.values().removeIf(invitation -> clock.instant().isAfter(invitation.until()));
    if (open.size() >= MAX_OPEN) {
      throw new IllegalStateException(
          "%d sign-in links are open (at most %d)".formatted(open.size(), MAX_OPEN));
    }
    var bytes = new byte[24];
    random.nextBytes(bytes);
    var code = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    open.put(code, new Invitation(caller, clock.instant().plus(VALID)));
    return "/login?code=" + code;
  }

  /** Whom the code signs in; a second try finds nobody. */
  Optional<Caller> redeem(String code) {
    return Optional.ofNullable(open.remove(code))
        .filter(invitation -> clock.instant().isBefore(invitation.until()))
        .map(Invitation::caller);
  }
}
