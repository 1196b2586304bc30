package dev.fovea.registry.artifacts;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs the addresses of one transfer: HMAC-SHA-256 (RFC 2104) under a key that only this transfer
 * has, so that an address of one opens no other, and none outlives its transfer.
 *
 * @param text base64url of 32 random bytes
 */
record AddressKey(String text) {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  static AddressKey random() {
    var bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new AddressKey(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /**
   * The signature of an address.
   *
   * @param part the part's number; 0 for the whole file
   */
  String sign(String id, int part) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(id, part));
  }

  /** Whether this is the signature, found out in a time that tells nothing. */
  boolean hasSigned(String id, int part, String signature) {
    return MessageDigest.isEqual(
        sign(id, part).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] mac(String id, int part) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(Base64.getUrlDecoder().decode(text), ALGORITHM));
      return mac.doFinal("%s\n%d".formatted(id, part).getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "AddressKey";
  }
}
