package dev.fovea.dsse;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.fovea.kernel.Digest;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The public half of an Ed25519 key: SubjectPublicKeyInfo, which has one form (RFC 8410). */
public final class VerifyingKey {
  private static final int BYTES = 44;
  private static final String BLOCK = "PUBLIC KEY";

  private final byte[] encoded;
  private final PublicKey key;

  private VerifyingKey(byte[] encoded, PublicKey key) {
    this.encoded = encoded;
    this.key = key;
  }

  /**
   * Reads one.
   *
   * @param spki 44 bytes
   * @throws IllegalArgumentException when they are no Ed25519 key
   */
  public static VerifyingKey of(byte[] spki) {
    if (spki.length == BYTES) {
      try {
        var key =
            KeyFactory.getInstance(SigningKey.ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(spki));
        // The JDK reads several spellings of one key; a key has one id, so it has one spelling.
        if (Arrays.equals(key.getEncoded(), spki)) {
          return new VerifyingKey(spki.clone(), key);
        }
      } catch (GeneralSecurityException e) {
        throw refused(e);
      }
    }
    throw refused(null);
  }

  private static IllegalArgumentException refused(@Nullable GeneralSecurityException cause) {
    return new IllegalArgumentException(
        "key: not an Ed25519 public key (expected: a SubjectPublicKeyInfo of %d bytes)"
            .formatted(BYTES),
        cause);
  }

  /**
   * Reads one in base64, or a PEM file's text with a block {@code PUBLIC KEY}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  @JsonCreator
  public static VerifyingKey parse(String text) {
    try {
      return of(
          text.contains("-----BEGIN")
              ? Pem.block(text, BLOCK)
              : Base64.getDecoder().decode(text.strip()));
    } catch (IllegalArgumentException e) {
      // The text is not repeated: it may be the private half, given by mistake.
      throw new IllegalArgumentException(
          "key: %d characters that are no key (expected: an Ed25519 public key, 44 bytes of SubjectPublicKeyInfo in base64 or a PEM block '%s')"
              .formatted(text.length(), BLOCK),
          e);
    }
  }

  /**
   * Reads every block {@code PUBLIC KEY} of a PEM text, which has one or more; what stands between
   * them does not matter.
   *
   * @throws IllegalArgumentException when there is none, or one is no Ed25519 key
   */
  public static List<VerifyingKey> parseAll(String pem) {
    return Pem.blocks(pem, BLOCK).stream().map(VerifyingKey::of).toList();
  }

  /** Its name: the digest of its bytes. */
  public Digest id() {
    return Digest.sha256(encoded);
  }

  PublicKey key() {
    return key;
  }

  /** The 44 bytes. */
  public byte[] encoded() {
    return encoded.clone();
  }

  /** As {@code openssl pkey -pubout} writes it. */
  public String pem() {
    return Pem.text(BLOCK, encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifyingKey that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  /** In base64. */
  @Override
  @JsonValue
  public String toString() {
    return Base64.getEncoder().encodeToString(encoded);
  }
}
