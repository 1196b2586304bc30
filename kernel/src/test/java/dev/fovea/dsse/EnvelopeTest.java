package dev.fovea.dsse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /**
   * DSSE's vectors for one signature, of the key of RFC 8032, 7.1, test 1 (secure-systems-lab/dsse,
   * testvectors). Ed25519 signs the same bytes alike each time, so ours are these.
   */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==, application/vnd.in-toto+json, 2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA==",
        "-_-_Pj8=, application/vnd.in-toto+json, P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw==",
        "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==, application/vnd.exämple+json, xmSk/ug66ysT7ayhkCIjhAq42zgZXSsEWuzUaNL7w2eGAdF/NU6/fRXPtmfN+5DNSAs5/i2lUnHjbbjPsu0tAw==",
        "||, application/vnd.in-toto+json, gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDbDg=="
      })
  void agreesWithTheSpecificationsVectors(String payload, String type, String sig) {
    var rfc = SigningKeyTest.ofTheStandard();
    var bytes = Base64.getDecoder().decode(payload.replace('-', '+').replace('_', '/'));
    assertThat(new Envelope(type, payload, List.of(new Envelope.Signature("A", sig))))
        .satisfies(
            given -> assertThat(given.verified(type, rfc.verifying())).contains(bytes),
            given -> assertThat(given.verified("text/plain", rfc.verifying())).isEmpty());
    assertThat(rfc.sign(type, bytes).signatures().getFirst().sig())
        .isEqualTo(sig.replace('-', '+').replace('_', '/'));
  }

  @Test
  void refusesTheSpecificationsVectorOfASwappedType() {
    var swapped =
        new Envelope(
            "application/vnd.example.other+json",
            "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==",
            List.of(
                new Envelope.Signature(
                    "A",
                    "2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA==")));
    assertThat(swapped.verified(swapped.payloadType(), SigningKeyTest.ofTheStandard().verifying()))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '|',
      value = {
        "null # null",
        "[] # Cannot deserialize",
        "{ # Unexpected end",
        "{\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"}]} # payloadType: missing (expected: 1 to 255 characters)",
        "{\"payloadType\":\"\",\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"}]} # payloadType: 0 characters",
        "{\"payloadType\":null,\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"}]} # payloadType: missing",
        "{\"payloadType\":\"t\",\"payload\":null,\"signatures\":[{\"sig\":\"AA==\"}]} # payload: missing",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":null} # signatures: missing (expected: 1)",
        "{\"payloadType\":\"t\",\"payload\":\"\"} # signatures: missing",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[]} # signatures: 0 (expected: 1)",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[null]} # signatures: 1",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"sig\":null}]} # sig: missing",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"sig\":\"\"}]} # sig: 0 characters",
        "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"sig\":\"AA==\"},{\"sig\":\"AA==\"}]} # signatures: 2 (expected: 1)",
        "{\"payloadType\":\"t\",\"payload\":\"AA==\",\"payload\":\"AQ==\",\"signatures\":[{\"sig\":\"AA==\"}]} # Duplicate"
      })
  void saysWhyAnEnvelopeIsNone(String json, String why) {
    assertThatThrownBy(() -> Envelope.parse(json.getBytes(UTF_8)))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("envelope: ")
        .hasMessageContaining(why);
  }

  @Test
  void refusesAnEnvelopeThatWasCutAnywhere() {
    var json = envelope.json();
    assertThat(Envelope.parse(json)).isEqualTo(envelope);
    for (int length = 0; length < json.length; length++) {
      var cut = Arrays.copyOf(json, length);
      assertThatThrownBy(() -> Envelope.parse(cut))
          .isExactlyInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void takesWhatSaysNothingOfItsKeyAndLeavesUnknownFieldsAlone() {
    var sig = envelope.signatures().getFirst().sig();
    var other =
        Envelope.parse(
            """
            {"payloadType": "%s", "payload": "%s", "note": {"alg": "none"}, "signatures": [{"sig": "%s", "alg": "none"}]}
            """
                .formatted(TYPE, envelope.payload(), sig)
                .getBytes(UTF_8));
    assertThat(other.keyId()).isEmpty();
    assertThat(other.verified(TYPE, key.verifying())).contains(payload);
  }

  @Test
  void refusesFieldsThatAreTooLong() {
    var signature = envelope.signatures();
    assertThatThrownBy(() -> new Envelope("t".repeat(256), "", signature))
        .hasMessage("payloadType: 256 characters (expected: 1 to 255 characters)");
    assertThatThrownBy(() -> new Envelope.Signature("k".repeat(256), "AA=="))
        .hasMessageStartingWith("keyid: 256 characters");
    var hundred = new byte[100 << 20];
    Arrays.fill(hundred, (byte) 'A');
    var head =
        "{\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"AA==\"}],\"payload\":\"".getBytes(UTF_8);
    System.arraycopy(head, 0, hundred, 0, head.length);
    assertThatThrownBy(() -> Envelope.parse(hundred))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exceeds the maximum allowed");
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
