package dev.fovea.registry;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * A signed {@link ModelStatement} in the form of a Sigstore bundle 0.3, as OpenSSF Model Signing
 * writes {@code model.sig} with a key: no certificate, no transparency log.
 *
 * @param dsseEnvelope what was signed
 */
@JsonPropertyOrder({"mediaType", "verificationMaterial", "dsseEnvelope"})
public record ModelSignature(
    String mediaType, Material verificationMaterial, Envelope dsseEnvelope) {
  /** The form of the bundle. */
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  private static final int MAX_STRING = 64 << 20;
  private static final int MAX_DEPTH = 16;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(MAX_STRING)
                          .maxNestingDepth(MAX_DEPTH)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  /** What to check it with. */
  @JsonPropertyOrder({"publicKey", "tlogEntries"})
  public record Material(Hint publicKey, List<Object> tlogEntries) {}

  /**
   * Which key.
   *
   * @param hint the hex digits of the SHA-256 of the key's PEM, as Model Signing computes it
   */
  public record Hint(String hint) {}

  public ModelSignature {
    if (!MEDIA_TYPE.equals(mediaType) || dsseEnvelope == null) {
      throw new IllegalArgumentException(
          "signature: of type %s%s (expected: %s with a dsseEnvelope)"
              .formatted(
                  Text.excerpt(String.valueOf(mediaType)),
                  dsseEnvelope == null ? " without an envelope" : "",
                  MEDIA_TYPE));
    }
  }

  /** What a key signed. */
  public static ModelSignature of(Envelope envelope, VerifyingKey key) {
    var hint = Digest.sha256(key.pem().getBytes(StandardCharsets.US_ASCII)).hex();
    return new ModelSignature(MEDIA_TYPE, new Material(new Hint(hint), List.of()), envelope);
  }

  /**
   * Reads one; what a bundle may say beside the envelope is a hint that proves nothing, and is left
   * alone.
   *
   * @throws IllegalArgumentException when it is none; the message says why
   */
  public static ModelSignature parse(byte[] json) {
    try {
      var signature = JSON.readValue(json, ModelSignature.class);
      if (signature == null) {
        throw new IllegalArgumentException("signature: null (expected: a JSON object)");
      }
      return signature;
    } catch (JacksonException e) {
      var cause = e.getCause() instanceof IllegalArgumentException known ? known : e;
      throw new IllegalArgumentException(
          "signature: " + Text.excerpt(String.valueOf(cause.getMessage())), e);
    }
  }

  /** As the file {@code model.sig} has it. */
  public byte[] json() {
    return JSON.writeValueAsBytes(this);
  }
}
