package dev.fovea.serving;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.HmacSha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

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

  private final HmacSha256 secret;

  private FramesToken(String secret) {
    this.secret = HmacSha256.keyed(secret);
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
    return "%s%s.%s".formatted(PREFIX, rollout.hex(), secret.hex(message(rollout)));
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
    var claimed = HexFormat.of().parseHex(shown.substring(end + 1));
    return secret.fits(claimed, message(rollout).getBytes(StandardCharsets.UTF_8))
        ? Optional.of(rollout)
        : Optional.empty();
  }

  private static String message(Digest rollout) {
    return "fovea-frames-1 " + rollout.hex();
  }
}
