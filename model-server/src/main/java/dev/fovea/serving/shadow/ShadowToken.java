package dev.fovea.serving.shadow;

import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The secret that the rollout controller shares with the model servers of one installation. Never
 * sent with a copy: copies carry a {@link #mark()} that is made of it.
 */
public final class ShadowToken {
  /** A shorter secret could be guessed. */
  public static final int FEWEST_CHARS = 32;

  private static final String BEARER = "Bearer ";

  private final String secret;
  private final String mark;

  private ShadowToken(String secret) {
    this.secret = secret;
    mark = Digest.sha256(bytes("fovea-shadow-copy-1 " + secret)).hex();
  }

  /**
   * Takes a secret.
   *
   * @throws IllegalArgumentException when it is short enough to be guessed
   */
  public static ShadowToken of(String secret) {
    if (secret.length() < FEWEST_CHARS) {
      throw new IllegalArgumentException(
          "token: %d characters (expected: at least %d)".formatted(secret.length(), FEWEST_CHARS));
    }
    return new ShadowToken(secret);
  }

  /** Of an environment variable; absent where it is absent or empty. */
  public static Optional<ShadowToken> of(Optional<String> secret) {
    return secret.filter(text -> !text.isEmpty()).map(ShadowToken::of);
  }

  /** Whether an Authorization header shows it; takes as long for a near miss as for a far one. */
  public boolean shown(@Nullable String authorization) {
    return authorization != null
        && MessageDigest.isEqual(hash(authorization), hash(BEARER + secret));
  }

  /** What a copy's header holds; whoever learns it can only have requests counted as copies. */
  public String mark() {
    return mark;
  }

  /** Whether a request's header marks it as a copy. */
  public boolean marks(@Nullable String header) {
    return header != null && MessageDigest.isEqual(hash(header), hash(mark));
  }

  private static byte[] hash(String text) {
    return bytes(Digest.sha256(bytes(text)).hex());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "ShadowToken";
  }
}
