package dev.fovea.registry.webhooks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets for the database: AES-256-GCM (NIST SP 800-38D) under a key that the database does
 * not have, with a random nonce each, bound to the id of what they belong to, so that none can be
 * moved to another row.
 */
final class SealingKey {
  static final int BYTES = 32;
  private static final byte FORM = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;

  SealingKey(byte[] key) {
    if (key.length != BYTES) {
      throw new IllegalArgumentException(
          "key: %d bytes (expected: %d)".formatted(key.length, BYTES));
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  /** A form byte, the nonce, and what AES makes of the secret, with its tag. */
  byte[] seal(String secret, String owner) {
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      var sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce, owner)
              .doFinal(secret.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
          .put(FORM)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /** The secret; empty where this key did not seal it, not for this owner, or it was changed. */
  Optional<String> open(byte[] sealed, String owner) {
    if (sealed.length <= 1 + NONCE_BYTES || sealed[0] != FORM) {
      return Optional.empty();
    }
    try {
      var nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
      var secret =
          cipher(Cipher.DECRYPT_MODE, nonce, owner)
              .doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
      return Optional.of(new String(secret, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  @Override
  public String toString() {
    return "SealingKey[•••]";
  }
}
