package dev.fovea.serving;

import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that the rollout controller shares with the model servers of one installation, for
 * frames alone. It never travels: a server shows what {@link #of(Digest)} makes of it for its own
 * rollout, which needs no table to be checked and is worth nothing for another rollout.
 */
public final class FramesToken {
  /** What a server's token begins with. */
  public static final String PREFIX = "fms_";

  private static final int FEWEST_CHARS = 32;
  private static final Pattern WRITTEN = Pattern.compile(PREFIX + "[0-9a-f]{64}\\.[0-9a-f]{64}");
  private static final int DIGITS = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec secret;

  private FramesToken(String secret) {
    this.secret = new SecretKeySpec(bytes(secret), ALGORITHM);
  }

  /**
   * Takes a secret.
   *
   * @throws IllegalArgumentException when it has fewer than 32 characters and so might be guessed
   */
  public static FramesToken from(String secret) {
    if (secret.length() < FEWEST_CHARS) {
      throw new IllegalArgumentException(
          "frames token: %d characters (expected: at least %d)"
              .formatted(secret.length(), FEWEST_CHARS));
    }
    return new FramesToken(secret);
  }

  /** What a rollout's server shows as {@code Authorization: Bearer}. */
  public String of(Digest rollout) {
    return "%s%s.%s".formatted(PREFIX, rollout.hex(), code(rollout));
  }

  /**
   * Whose server shows this; empty where the secret did not make it. Takes as long for a near miss
   * as for a far one.
   */
  public Optional<Digest> rollout(String shown) {
    if (!WRITTEN.matcher(shown).matches()) {
      return Optional.empty();
    }
    int end = PREFIX.length() + DIGITS;
    var rollout = new Digest(shown.substring(PREFIX.length(), end));
    return MessageDigest.isEqual(bytes(shown.substring(end + 1)), bytes(code(rollout)))
        ? Optional.of(rollout)
        : Optional.empty();
  }

  private String code(Digest rollout) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return HexFormat.of().formatHex(mac.doFinal(bytes("fovea-frames-1 " + rollout.hex())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "FramesToken";
  }
}
