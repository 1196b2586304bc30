package dev.fovea.dsse;

import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Signed bytes as DSSE carries them (Dead Simple Signing Envelope 1.0.2), so that any tool that
 * knows it can check what was signed.
 *
 * @param payloadType what the bytes are; part of what is signed
 * @param payload the bytes, in base64
 * @param signatures one
 */
public record Envelope(String payloadType, String payload, List<Signature> signatures) {
  private static final String ALGORITHM = "Ed25519";

  /**
   * One signature.
   *
   * @param keyid the digest of the public key
   * @param sig in base64
   */
  public record Signature(String keyid, String sig) {}

  public Envelope {
    signatures = List.copyOf(signatures);
    if (signatures.size() != 1) {
      throw new IllegalArgumentException(
          "signatures: %d (expected: 1)".formatted(signatures.size()));
    }
  }

  /** Signs the bytes. */
  static Envelope sign(String type, byte[] payload, PrivateKey key, String keyId) {
    try {
      var signer = java.security.Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      signer.update(framed(type, payload));
      return of(type, payload, keyId, encoded(signer.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key signs", e);
    }
  }

  /** An envelope of bytes that were signed before. */
  public static Envelope of(String type, byte[] payload, String keyId, String signature) {
    return new Envelope(type, encoded(payload), List.of(new Signature(keyId, signature)));
  }

  /**
   * The bytes, if they are of this type and this key signed them. The same bytes in another form of
   * base64 are the same bytes. The key's id is no part of what is signed, so it is not asked for.
   */
  public Optional<byte[]> verified(String type, VerifyingKey key) {
    try {
      var bytes = Base64.getDecoder().decode(payload);
      var verifier = java.security.Signature.getInstance(ALGORITHM);
      verifier.initVerify(key.key());
      verifier.update(framed(payloadType, bytes));
      boolean fits = verifier.verify(Base64.getDecoder().decode(signatures.getFirst().sig()));
      return fits && payloadType.equals(type) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** DSSE's pre-authentication encoding. */
  private static byte[] framed(String type, byte[] payload) {
    var name = type.getBytes(StandardCharsets.UTF_8);
    var head =
        "DSSEv1 %d %s %d "
            .formatted(name.length, type, payload.length)
            .getBytes(StandardCharsets.UTF_8);
    var framed = new byte[head.length + payload.length];
    System.arraycopy(head, 0, framed, 0, head.length);
    System.arraycopy(payload, 0, framed, head.length, payload.length);
    return framed;
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * The key that it says it was signed with: a hint of whose signature it is, proved by nothing.
   */
  public String keyId() {
    return signatures.getFirst().keyid();
  }

  @Override
  public String toString() {
    return "Envelope[%s, %d characters]".formatted(Text.excerpt(payloadType), payload.length());
  }
}
