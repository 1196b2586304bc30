package dev.fovea.kernel;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) with one key. Many threads may use it at once.
 *
 * @see Digest for hashes without a key
 */
public final class HmacSha256 {
  /** The length of a code. */
  public static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /**
   * @param key of one byte or more; as long as a code is long enough
   */
  public HmacSha256(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** With the UTF-8 of a text as the key. */
  public static HmacSha256 keyed(String key) {
    return new HmacSha256(key.getBytes(StandardCharsets.UTF_8));
  }

  /** The code of a message, {@value #BYTES} bytes. */
  public byte[] of(byte[] message) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** The code of a text's UTF-8. */
  public byte[] of(String message) {
    return of(message.getBytes(StandardCharsets.UTF_8));
  }

  /** The same, in 64 lower-case hex digits. */
  public String hex(String message) {
    return HexFormat.of().formatHex(of(message));
  }

  /** Whether this is the message's code. Takes as long for a near miss as for a far one. */
  public boolean fits(byte[] claimed, byte[] message) {
    return MessageDigest.isEqual(claimed, of(message));
  }
}
