package dev.fovea.dsse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EnvelopeTest {
  private static final String TYPE = "text/plain; what=test";
  private final SigningKey key = SigningKey.generate();
  private final byte[] payload = "who said so".getBytes(UTF_8);
  private final Envelope envelope = key.sign(TYPE, payload);

  @Test
  void givesTheBytesToWhoHasTheKey() {
    assertThat(envelope.verified(TYPE, key.verifying())).contains(payload);
  }

  @Test
  void givesNothingForAnotherKeyOrAnotherType() {
    assertThat(envelope.verified(TYPE, SigningKey.generate().verifying())).isEmpty();
    assertThat(envelope.verified("text/plain", key.verifying())).isEmpty();
    assertThat(
            new Envelope("text/plain", envelope.payload(), envelope.signatures())
                .verified("text/plain", key.verifying()))
        .isEmpty();
  }

  @Test
  void givesNothingWhenABitOfThePayloadOrTheSignatureChanged() {
    var random = new Random(4);
    var signature = Base64.getDecoder().decode(envelope.signatures().getFirst().sig());
    for (int i = 0; i < 200; i++) {
      assertThat(
              Envelope.of(TYPE, flipped(payload, random), envelope.keyId(), base64(signature))
                  .verified(TYPE, key.verifying()))
          .isEmpty();
      assertThat(
              Envelope.of(TYPE, payload, envelope.keyId(), base64(flipped(signature, random)))
                  .verified(TYPE, key.verifying()))
          .isEmpty();
    }
  }

  @Test
  void doesNotBelieveTheKeyIdThatItCarries() {
    var sig = envelope.signatures().getFirst().sig();
    var renamed = Envelope.of(TYPE, payload, "sha256:somebody", sig);
    assertThat(renamed.verified(TYPE, key.verifying())).contains(payload);
    var mallory = SigningKey.generate();
    var forged =
        Envelope.of(
            TYPE,
            payload,
            envelope.keyId(),
            mallory.sign(TYPE, payload).signatures().getFirst().sig());
    assertThat(forged.verified(TYPE, key.verifying())).isEmpty();
  }

  @Test
  void takesTextThatIsNoBase64ForNoSignature() {
    var none = new Envelope(TYPE, "%", List.of(new Envelope.Signature("", "%")));
    assertThat(none.verified(TYPE, key.verifying())).isEmpty();
    assertThatThrownBy(() -> new Envelope(TYPE, "", List.of()))
        .hasMessage("signatures: 0 (expected: 1)");
  }

  @Test
  void travelsAsDsseWritesIt() {
    var json = JsonMapper.builder().build();
    var text = json.writeValueAsString(envelope);
    assertThat(json.readTree(text).propertyNames())
        .containsExactlyInAnyOrder("payloadType", "payload", "signatures");
    assertThat(json.readValue(text, Envelope.class)).isEqualTo(envelope);
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    var changed = bytes.clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    return changed;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
