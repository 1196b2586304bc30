package dev.fovea.security;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.registry.Access;
import dev.fovea.roles.OnBehalfOf;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The caller behind {@code Authorization}: a bearer token, or the password of Basic (which is all
 * that Git and DVC can send). Answers of the registry are kept for a few seconds, which bounds how
 * long a revoked token still works.
 */
final class TokenSource implements CallerFilter.Source {
  static final Duration KEPT = Duration.ofSeconds(3);
  private static final int KEPT_ENTRIES = 1_000;
  private static final int MAX_HEADER_CHARS = 4_096;

  private record Known(Optional<Caller> caller, Instant until) {}

  private final Supplier<Optional<Access>> access;
  private final Optional<String> adminToken;
  private final Optional<String> metricsToken;
  private final Optional<String> internalToken;
  private final Clock clock;
  private final Map<String, Known> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > KEPT_ENTRIES;
        }
      };

  TokenSource(
      Supplier<Optional<Access>> access,
      Optional<String> adminToken,
      Optional<String> metricsToken,
      Optional<String> internalToken,
      Clock clock) {
    this.access = access;
    this.adminToken = adminToken;
    this.metricsToken = metricsToken;
    this.internalToken = internalToken;
    this.clock = clock;
  }

  @Override
  public CallerFilter.Found find(HttpServletRequest request) {
    var header = request.getHeader("Authorization");
    if (header == null) {
      return new CallerFilter.Found.Nobody();
    }
    var token = token(header);
    if (token.isEmpty()) {
      return new CallerFilter.Found.Wrong();
    }
    if (internalToken.filter(internal -> same(token.get(), internal)).isPresent()) {
      var behalf = Optional.ofNullable(request.getHeader(OnBehalfOf.HEADER)).map(OnBehalfOf::read);
      return new CallerFilter.Found.Somebody(
          behalf.orElseGet(() -> new Caller("fovea", "*", Set.of(Caller.Role.SERVICE))), true);
    }
    return callerOf(token.get())
        .<CallerFilter.Found>map(caller -> new CallerFilter.Found.Somebody(caller, false))
        .orElseGet(CallerFilter.Found.Wrong::new);
  }

  private static Optional<String> token(String header) {
    if (header.length() > MAX_HEADER_CHARS) {
      return Optional.empty();
    }
    if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.of(header.substring(7).strip());
    }
    if (header.regionMatches(true, 0, "Basic ", 0, 6)) {
      try {
        var pair =
            new String(
                Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
        return Optional.of(pair.substring(pair.indexOf(':') + 1));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Optional<Caller> callerOf(String token) {
    if (adminToken.filter(admin -> same(token, admin)).isPresent()) {
      return Optional.of(
          new Caller("admin", "*", Set.of(Caller.Role.ADMIN, Caller.Role.RELEASE_MANAGER)));
    }
    if (metricsToken.filter(metrics -> same(token, metrics)).isPresent()) {
      return Optional.of(new Caller("metrics", "*", Set.of(Caller.Role.MONITOR)));
    }
    var key = Digest.sha256(token.getBytes(StandardCharsets.UTF_8)).hex();
    synchronized (known) {
      var kept = known.get(key);
      if (kept != null && clock.instant().isBefore(kept.until())) {
        return kept.caller();
      }
    }
    // A process that reaches no registry knows no tokens but those of its configuration.
    var caller =
        access.get().flatMap(registry -> registry.authenticate(new Access.Presented(token)));
    synchronized (known) {
      known.put(key, new Known(caller, clock.instant().plus(KEPT)));
    }
    return caller;
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
