package dev.fovea.registry.webhooks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How webhooks are told.
 *
 * @param allowed hosts inside: names, {@code .suffixes}, addresses and networks such as {@code
 *     10.1.0.0/16}. Hooks may go there though they are private, and over plain http to those that
 *     are named; to link-local addresses, where clouds keep credentials, never
 * @param caFile certificates in PEM that are trusted besides the usual ones
 * @param keyFile a file whose first line is the base64 of 32 bytes, by which secrets are sealed
 * @param ownKeyFile the same, made where it is missing; looked at where the other is not given
 * @param timeout how long one try may take in all
 * @param tries how often one delivery is tried
 * @param firstRetry the longest pause before the second try; it trebles with each
 * @param longestRetry the longest pause
 * @param giveUpAfter how old a delivery may be that still waits
 * @param keep how long deliveries that are over are shown
 * @param oldSecret how long deliveries are signed with the secret before a rotation, too
 */
@ConfigurationProperties("fovea.registry.webhooks")
public record WebhookProperties(
    @DefaultValue List<String> allowed,
    @Nullable Path caFile,
    @Nullable Path keyFile,
    @Nullable Path ownKeyFile,
    @DefaultValue("10s") Duration timeout,
    @DefaultValue("10") int tries,
    @DefaultValue("5s") Duration firstRetry,
    @DefaultValue("6h") Duration longestRetry,
    @DefaultValue("3d") Duration giveUpAfter,
    @DefaultValue("30d") Duration keep,
    @DefaultValue("24h") Duration oldSecret) {
  public WebhookProperties {
    allowed = List.copyOf(allowed);
    if (tries < 1
        || !timeout.isPositive()
        || timeout.compareTo(Duration.ofMinutes(1)) > 0
        || !firstRetry.isPositive()
        || longestRetry.compareTo(firstRetry) < 0
        || !giveUpAfter.isPositive()
        || !keep.isPositive()
        || oldSecret.isNegative()) {
      throw new IllegalArgumentException(
          "fovea.registry.webhooks: tries %d, timeout %s, first-retry %s, longest-retry %s, give-up-after %s, keep %s, old-secret %s (expected: >= 1, up to 1 min, > 0, >= first-retry, > 0, > 0, >= 0)"
              .formatted(tries, timeout, firstRetry, longestRetry, giveUpAfter, keep, oldSecret));
    }
  }
}
