package dev.fovea.lab.remote;

import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.InvalidRequest;

/** Reads the public keys that devices send. */
final class PublicKeys {
  private PublicKeys() {}

  /** Of its SubjectPublicKeyInfo in base64. */
  static VerifyingKey sent(String base64) {
    try {
      return VerifyingKey.parse(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          String.valueOf(e.getMessage()), "join with 'fovea agent', which makes one");
    }
  }
}
