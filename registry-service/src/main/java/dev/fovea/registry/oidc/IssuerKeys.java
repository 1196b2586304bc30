package dev.fovea.registry.oidc;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer's keys, by id. A key that is not known makes them be fetched again, but not more often
 * than the pause allows: tokens with made-up ids cannot make this server call the issuer. Keys stay
 * in use for a day while the issuer does not answer.
 */
public final class IssuerKeys {
  /** Where they come from. */
  public interface Source {
    JWKSet load() throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
  private static final Duration WITHOUT_ISSUER = Duration.ofDays(1);
  private static final int MOST_KEYS = 64;
  private static final int LEAST_RSA_BITS = 2_048;

  private record Kept(Map<String, JWK> keys, Instant at) {}

  private final Source source;
  private final Duration keysFor;
  private final Duration pause;
  private final Clock clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable Kept kept;
  private Instant notBefore = Instant.MIN;

  /**
   * Keys from there.
   *
   * @param keysFor how long they are used before they are fetched again
   * @param pause how long to wait before they are fetched once more, whatever key is asked for
   */
  public IssuerKeys(Source source, Duration keysFor, Duration pause, Clock clock) {
    this.source = source;
    this.keysFor = keysFor;
    this.pause = pause;
    this.clock = clock;
  }

  /**
   * The key of this id; empty where the issuer publishes none.
   *
   * @throws ServiceUnavailable while there are no keys at all
   */
  public Optional<JWK> find(String id) {
    var known = kept;
    if (known == null || !within(known, keysFor) || !known.keys().containsKey(id)) {
      known = refreshed(id);
    }
    return Optional.ofNullable(known.keys().get(id));
  }

  private Kept refreshed(String id) {
    fetching.lock();
    try {
      var known = kept;
      var now = clock.instant();
      boolean useful = known != null && within(known, keysFor) && known.keys().containsKey(id);
      if (!useful && !now.isBefore(notBefore)) {
        notBefore = now.plus(pause);
        fetch(now);
      }
      var present = kept;
      if (present == null || !within(present, WITHOUT_ISSUER)) {
        throw new ServiceUnavailable(
            "oidc issuer",
            "its keys could not be fetched",
            "try again in %d s; the log of the registry says why".formatted(pause.toSeconds()));
      }
      return present;
    } finally {
      fetching.unlock();
    }
  }

  private void fetch(Instant now) {
    try {
      var keys = new HashMap<String, JWK>();
      source.load().getKeys().stream()
          .filter(IssuerKeys::usable)
          .limit(MOST_KEYS)
          .forEach(key -> keys.put(key.getKeyID(), key.toPublicJWK()));
      kept = new Kept(Map.copyOf(keys), now);
    } catch (IOException e) {
      LOG.warn("the keys of an OIDC issuer could not be fetched: {}", e.getMessage());
    }
  }

  private boolean within(Kept known, Duration age) {
    return clock.instant().isBefore(known.at().plus(age));
  }

  private static boolean usable(JWK key) {
    boolean strong =
        switch (key) {
          case RSAKey rsa -> rsa.size() >= LEAST_RSA_BITS;
          case ECKey ec -> Curve.P_256.equals(ec.getCurve());
          default -> false;
        };
    return strong
        && key.getKeyID() != null
        && (key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()));
  }
}
