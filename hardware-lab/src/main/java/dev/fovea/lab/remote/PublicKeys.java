package dev.fovea.lab.remote;

import dev.fovea.kernel.InvalidRequest;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Reads the public keys of devices. */
final class PublicKeys {
  /** An Ed25519 key's SubjectPublicKeyInfo has one form (RFC 8410), of this size. */
  private static final int BYTES = 44;

  private PublicKeys() {}

  static byte[] bytes(String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64);
      if (bytes.length == BYTES) {
        read(bytes);
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new InvalidRequest(
        "key: not an Ed25519 public key (expected: a SubjectPublicKeyInfo of %d bytes in base64)"
            .formatted(BYTES),
        "join with 'fovea agent', which makes one");
  }

  static PublicKey read(byte[] bytes) {
    try {
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("key: not an Ed25519 public key", e);
    }
  }
}
