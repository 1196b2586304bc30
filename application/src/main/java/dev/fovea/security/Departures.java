package dev.fovea.security;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Binds a sign-in to the browser that began it. All that the browser keeps is a cookie with a
 * random number, the time and where it wants to go; the state, the nonce and the verifier are made
 * from that cookie by a key that never leaves this process, so that beginning sign-ins fills no
 * memory, and whoever has not this cookie has no state that fits. Each leads back once, within ten
 * minutes.
 */
final class Departures {
  /**
   * A browser that is on its way to the provider, or back.
   *
   * @param cookie what it keeps
   * @param next where it goes in the end
   */
  record Departure(String cookie, String state, String nonce, String verifier, String next) {
    /** What the provider is told of the verifier (RFC 7636, S256). */
    String challenge() {
      try {
        return BASE64.encodeToString(
            MessageDigest.getInstance("SHA-256")
                .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    @Override
    public String toString() {
      return "Departure[next=%s]".formatted(next);
    }
  }

  static final Duration VALID = Duration.ofMinutes(10);
  private static final int MOST_REMEMBERED = 10_000;
  private static final int RANDOM_BYTES = 32;
  private static final Pattern COOKIE =
      Pattern.compile("[A-Za-z0-9_-]{43}\\.([0-9]{1,12})\\.([A-Za-z0-9_-]{0,4096})");
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Clock clock;
  private final SecretKeySpec key = new SecretKeySpec(random(), "HmacSHA256");

  /** States that led back; a browser could show its cookie and its state again. */
  private final Map<String, Boolean> used =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  Departures(Clock clock) {
    this.clock = clock;
  }

  /** Begins a sign-in that ends at this path of ours. */
  Departure begin(String next) {
    return of(
        "%s.%d.%s"
            .formatted(
                BASE64.encodeToString(random()),
                clock.instant().getEpochSecond(),
                BASE64.encodeToString(next.getBytes(StandardCharsets.UTF_8))),
        next);
  }

  /**
   * The sign-in that this browser began and that this state ends; empty where it began none, began
   * another, took longer, or ended it before.
   */
  Optional<Departure> end(String cookie, String state) {
    var parts = COOKIE.matcher(cookie);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var begun = Instant.ofEpochSecond(Long.parseLong(parts.group(1)));
    var now = clock.instant();
    if (begun.isAfter(now.plusSeconds(1)) || !now.isBefore(begun.plus(VALID))) {
      return Optional.empty();
    }
    var found = made("state", cookie);
    boolean fits =
        MessageDigest.isEqual(
            found.getBytes(StandardCharsets.UTF_8), state.getBytes(StandardCharsets.UTF_8));
    return fits && first(found)
        ? next(parts.group(2)).map(path -> of(cookie, path))
        : Optional.empty();
  }

  private boolean first(String state) {
    synchronized (used) {
      return used.put(state, true) == null;
    }
  }

  private Departure of(String cookie, String next) {
    return new Departure(
        cookie, made("state", cookie), made("nonce", cookie), made("verifier", cookie), next);
  }

  private static Optional<String> next(String encoded) {
    try {
      return Optional.of(
          new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private String made(String what, String cookie) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return BASE64.encodeToString(
          mac.doFinal((what + ":" + cookie).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static byte[] random() {
    var bytes = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
