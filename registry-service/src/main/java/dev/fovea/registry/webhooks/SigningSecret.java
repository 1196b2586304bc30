package dev.fovea.registry.webhooks;

import dev.fovea.kernel.HmacSha256;
import dev.fovea.kernel.InvalidRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a hook's deliveries are signed with, in both forms that receivers check: Standard Webhooks'
 * (standardwebhooks.com, specification 1.0.0), whose key is the base64 after {@code whsec_}, and
 * MLflow's, whose key is the secret as it is written. Both sign {@code ID.TIMESTAMP.BODY}. A secret
 * without {@code whsec_} is the key of both as it is written.
 */
final class SigningSecret {
  private static final String PREFIX = "whsec_";
  private static final int NEW_BYTES = 32;
  private static final int LEAST_BYTES = 24;
  private static final int MOST_BYTES = 64;
  private static final int MOST_CHARS = 500;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String written;
  private final HmacSha256 standard;
  private final HmacSha256 mlflow;

  private SigningSecret(String written, byte[] standardKey) {
    this.written = written;
    this.standard = new HmacSha256(standardKey);
    this.mlflow = HmacSha256.keyed(written);
  }

  /** A new one of 32 random bytes. */
  static SigningSecret random() {
    var bytes = new byte[NEW_BYTES];
    RANDOM.nextBytes(bytes);
    return new SigningSecret(PREFIX + Base64.getEncoder().encodeToString(bytes), bytes);
  }

  /**
   * Reads one that a user gave; taken literally, whatever is in it.
   *
   * @throws InvalidRequest without repeating it
   */
  static SigningSecret of(String written) {
    if (written.isEmpty() || written.length() > MOST_CHARS) {
      throw new InvalidRequest(
          "secret: %d characters (expected: 1 to %d)".formatted(written.length(), MOST_CHARS),
          "give another secret");
    }
    if (!written.startsWith(PREFIX)) {
      return new SigningSecret(written, written.getBytes(StandardCharsets.UTF_8));
    }
    try {
      var key = Base64.getDecoder().decode(written.substring(PREFIX.length()));
      if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) {
        return new SigningSecret(written, key);
      }
    } catch (IllegalArgumentException _) {
      // No base64: refused below, in the same words.
    }
    throw new InvalidRequest(
        "secret: it begins with whsec_, and what follows is not the base64 of %d to %d bytes"
            .formatted(LEAST_BYTES, MOST_BYTES),
        "give such a secret, or one without whsec_");
  }

  /** As its owner has it. */
  String written() {
    return written;
  }

  /**
   * The headers of a try, the signatures too where there is a secret.
   *
   * @param secrets the newest first. Standard Webhooks' header has a signature by each; MLflow's
   *     has room for one, the newest's
   */
  static Map<String, String> headers(
      List<SigningSecret> secrets, String id, long epochSeconds, byte[] body) {
    var timestamp = Long.toString(epochSeconds);
    var headers = new LinkedHashMap<String, String>();
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", timestamp);
    headers.put("X-MLflow-Delivery-Id", id);
    headers.put("X-MLflow-Timestamp", timestamp);
    if (!secrets.isEmpty()) {
      var signed = signed(id, timestamp, body);
      headers.put(
          "webhook-signature",
          secrets.stream()
              .map(secret -> code(secret.standard, signed))
              .collect(Collectors.joining(" ")));
      headers.put("X-MLflow-Signature", code(secrets.getFirst().mlflow, signed));
    }
    return headers;
  }

  private static byte[] signed(String id, String timestamp, byte[] body) {
    var all = new ByteArrayOutputStream();
    all.writeBytes("%s.%s.".formatted(id, timestamp).getBytes(StandardCharsets.UTF_8));
    all.writeBytes(body);
    return all.toByteArray();
  }

  private static String code(HmacSha256 key, byte[] signed) {
    return "v1," + Base64.getEncoder().encodeToString(key.of(signed));
  }

  @Override
  public String toString() {
    return "SigningSecret[•••]";
  }
}
