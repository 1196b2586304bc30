package dev.fovea.pipelines.hook;

import dev.fovea.kernel.HmacSha256;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** GitHub's signature: HMAC-SHA256 over the body as it came, byte by byte. */
final class Signature {
  private static final Pattern WRITTEN = Pattern.compile("sha256=([0-9a-f]{64})");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET_BYTES = 32;

  private Signature() {}

  static String newSecret() {
    var bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static String of(String secret, byte[] body) {
    return "sha256=" + HexFormat.of().formatHex(HmacSha256.keyed(secret).of(body));
  }

  /**
   * Whether one of the secrets made it. Every secret is tried, and each comparison takes as long
   * whatever comes out.
   */
  static boolean fits(@Nullable String header, byte[] body, List<String> secrets) {
    var matcher = WRITTEN.matcher(header == null ? "" : header);
    boolean wellFormed = matcher.matches();
    var claimed =
        wellFormed ? HexFormat.of().parseHex(matcher.group(1)) : new byte[HmacSha256.BYTES];
    boolean fits = false;
    for (var secret : secrets) {
      fits |= HmacSha256.keyed(secret).fits(claimed, body);
    }
    return fits && wellFormed;
  }
}
