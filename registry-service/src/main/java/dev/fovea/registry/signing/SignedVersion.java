package dev.fovea.registry.signing;

import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Text;
import dev.fovea.registry.ModelStatement;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A statement that one of some keys signed.
 *
 * @param key who signed it
 */
record SignedVersion(ModelStatement statement, VerifyingKey key) {
  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none of these keys'; the message says why
   */
  static SignedVersion read(String json, List<VerifyingKey> keys) {
    return of(Envelope.parse(json.getBytes(StandardCharsets.UTF_8)), keys);
  }

  private static SignedVersion of(Envelope envelope, List<VerifyingKey> keys) {
    if (!envelope.payloadType().equals(ModelStatement.PAYLOAD_TYPE)) {
      throw new IllegalArgumentException(
          "envelope: of type '%s' (expected: %s)"
              .formatted(Text.excerpt(envelope.payloadType()), ModelStatement.PAYLOAD_TYPE));
    }
    for (var key : keys) {
      var bytes = envelope.verified(ModelStatement.PAYLOAD_TYPE, key);
      if (bytes.isPresent()) {
        return new SignedVersion(ModelStatement.parse(bytes.get()), key);
      }
    }
    throw new IllegalArgumentException(
        "envelope: none of the %d keys of this registry signed it, and it names %s"
            .formatted(
                keys.size(), envelope.keyId().isEmpty() ? "none" : Text.excerpt(envelope.keyId())));
  }
}
