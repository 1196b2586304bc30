package dev.fovea.dsse;

import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signed bytes as DSSE carries them (Dead Simple Signing Envelope 1.0.2), so that any tool that
 * knows it can check what was signed. The algorithm is no part of it: a key is an Ed25519 key, and
 * nothing that an envelope says makes it another.
 *
 * @param payloadType what the bytes are; part of what is signed; 1 to 255 characters
 * @param payload the bytes, in base64 of either alphabet; at most 64 Mi characters
 * @param signatures one
 */
public record Envelope(String payloadType, String payload, List<Signature> signatures) {
  private static final String ALGORITHM = "Ed25519";
  private static final int MAX_TYPE = 255;
  private static final int MAX_PAYLOAD = 64 << 20;
  private static final int MAX_SIGNATURE = 255;
  private static final int MAX_DEPTH = 16;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(MAX_PAYLOAD)
                          .maxNestingDepth(MAX_DEPTH)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  /**
   * One signature.
   *
   * @param keyid the digest of the public key; empty where the envelope says nothing
   * @param sig in base64
   */
  public record Signature(String keyid, String sig) {
    public Signature {
      // DSSE lets empty fields be left out, and the key's id is a hint that nobody needs.
      keyid = keyid == null ? "" : text("keyid", keyid, 0, MAX_SIGNATURE);
      sig = text("sig", sig, 1, MAX_SIGNATURE);
    }
  }

  public Envelope {
    payloadType = text("payloadType", payloadType, 1, MAX_TYPE);
    payload = text("payload", payload, 0, MAX_PAYLOAD);
    if (signatures == null || signatures.size() != 1 || signatures.getFirst() == null) {
      throw new IllegalArgumentException(
          "signatures: %s (expected: 1)"
              .formatted(signatures == null ? "missing" : signatures.size()));
    }
    signatures = List.copyOf(signatures);
  }

  private static String text(String field, @Nullable String value, int least, int most) {
    if (value == null || value.length() < least || value.length() > most) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %d to %d characters)"
              .formatted(
                  field, value == null ? "missing" : value.length() + " characters", least, most));
    }
    return value;
  }

  /**
   * Reads an envelope's JSON; fields that DSSE does not know are left alone.
   *
   * @throws IllegalArgumentException when it is none; the message says why
   */
  public static Envelope parse(byte[] json) {
    try {
      var envelope = JSON.readValue(json, Envelope.class);
      if (envelope == null) {
        throw new IllegalArgumentException("envelope: null (expected: a JSON object)");
      }
      return envelope;
    } catch (JacksonException e) {
      var cause = e.getCause() instanceof IllegalArgumentException known ? known : e;
      throw new IllegalArgumentException(
          "envelope: " + Text.excerpt(String.valueOf(cause.getMessage())), e);
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
    if (!payloadType.equals(type)) {
      return Optional.empty();
    }
    try {
      var bytes = decoded(payload);
      var verifier = java.security.Signature.getInstance(ALGORITHM);
      verifier.initVerify(key.key());
      verifier.update(framed(payloadType, bytes));
      return verifier.verify(decoded(signatures.getFirst().sig()))
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** DSSE's pre-authentication encoding; lengths are of UTF-8. */
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

  // "Either standard or URL-safe encoding is allowed" (envelope.md).
  private static byte[] decoded(String base64) {
    return Base64.getDecoder().decode(base64.replace('-', '+').replace('_', '/'));
  }

  /**
   * The key that it says it was signed with: a hint of whose signature it is, proved by nothing.
   */
  public String keyId() {
    return signatures.getFirst().keyid();
  }

  /** As DSSE writes it. */
  public byte[] json() {
    return JSON.writeValueAsBytes(this);
  }

  @Override
  public String toString() {
    return "Envelope[%s, %d characters]".formatted(Text.excerpt(payloadType), payload.length());
  }
}
