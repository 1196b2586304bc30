package dev.fovea.dsse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class SigningKeyTest {
  /** RFC 8032, 7.1, test 1. */
  private static final String SECRET =
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

  private static final String PUBLIC =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  /** Written by {@code openssl genpkey -algorithm ed25519} and {@code openssl pkey -pubout}. */
  private static final String OPENSSL =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIPJmmqq523xPgNRlZEOmbNStwFxEnJXj9YuK361thLB0
      -----END PRIVATE KEY-----
      """;

  private static final String OPENSSL_PUBLIC =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEAYGELAJYyypFfJ0XABGcsc8kAPYoCnrDI583yiANWMbM=
      -----END PUBLIC KEY-----
      """;

  /** The key of RFC 8032, 7.1, test 1. */
  static SigningKey ofTheStandard() {
    return SigningKey.parse(pem("302e020100300506032b657004220420" + SECRET));
  }

  @Test
  void hasThePublicHalfThatTheStandardSays() {
    assertThat(HexFormat.of().formatHex(ofTheStandard().verifying().encoded()))
        .isEqualTo("302a300506032b6570032100" + PUBLIC);
  }

  @Test
  void readsWhatOpensslWritesAndWritesItsPublicHalfAsOpensslDoes() {
    assertThat(SigningKey.parse(OPENSSL).verifying().pem()).isEqualTo(OPENSSL_PUBLIC);
    assertThat(VerifyingKey.parse(OPENSSL_PUBLIC)).isEqualTo(SigningKey.parse(OPENSSL).verifying());
  }

  @Test
  void comesBackFromItsOwnTextAndShowsNothingOfIt() {
    var key = SigningKey.generate();
    var again = SigningKey.parse(key.pem());
    assertThat(again.verifying()).isEqualTo(key.verifying());
    assertThat(again.pem()).isEqualTo(key.pem());
    assertThat(key).hasToString("SigningKey[" + key.verifying().id() + "]");
    assertThat(SigningKey.generate().verifying()).isNotEqualTo(key.verifying());
  }

  @Test
  void refusesAPublicHalfOfAnotherKey() {
    var mixed = OPENSSL + SigningKey.generate().verifying().pem();
    assertThatThrownBy(() -> SigningKey.parse(mixed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not the half of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY----------BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nMC4CAQ==\n-----END RSA PRIVATE KEY-----"
      })
  void refusesWhatIsNoKey(String text) {
    assertThatThrownBy(() -> SigningKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Ed25519 private key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "AAAA", "MCowBQYDK2VwAyEA"})
  void refusesWhatIsNoPublicKey(String text) {
    assertThatThrownBy(() -> VerifyingKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Ed25519 public key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed448", "EC", "RSA", "X25519"})
  void refusesKeysOfOtherAlgorithms(String algorithm) throws Exception {
    var pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    var secret = Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded());
    assertThatThrownBy(() -> SigningKey.parse(secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Ed25519 private key");
    assertThatThrownBy(() -> VerifyingKey.of(pair.getPublic().getEncoded()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an Ed25519 public key");
  }

  @Test
  void repeatsNothingOfAPrivateKeyThatWasGivenForAPublicOne() {
    assertThatThrownBy(() -> VerifyingKey.parse(OPENSSL))
        .hasMessageNotContainingAny("MC4C", "IPJm");
    var bare = OPENSSL.lines().skip(1).findFirst().orElseThrow();
    assertThatThrownBy(() -> VerifyingKey.parse(bare)).hasMessageNotContainingAny("MC4C", "IPJm");
  }

  @Test
  void readsEveryPublicKeyOfAFile() {
    var other = SigningKey.generate().verifying();
    assertThat(VerifyingKey.parseAll("# old\n" + OPENSSL_PUBLIC + "# new\n" + other.pem()))
        .containsExactly(SigningKey.parse(OPENSSL).verifying(), other);
    assertThatThrownBy(() -> VerifyingKey.parseAll(OPENSSL))
        .hasMessage("pem: no block 'PUBLIC KEY'");
    assertThatThrownBy(() -> VerifyingKey.parseAll(OPENSSL_PUBLIC + "-----BEGIN PUBLIC KEY-----\n"))
        .hasMessage("pem: a block 'PUBLIC KEY' has no end");
    assertThatThrownBy(() -> VerifyingKey.parseAll("x".repeat((64 << 10) + 1)))
        .hasMessage("pem: 65537 characters (expected: at most 65536)");
  }

  @Test
  void travelsAsJson() {
    var json = JsonMapper.builder().build();
    var key = SigningKey.parse(OPENSSL).verifying();
    var text = json.writeValueAsString(key);
    assertThat(text).isEqualTo('"' + Base64.getEncoder().encodeToString(key.encoded()) + '"');
    assertThat(json.readValue(text, VerifyingKey.class)).isEqualTo(key);
  }

  @Test
  void signsWhatTheJdkItselfVerifiesByTheSpecificationsExample() throws Exception {
    var key = SigningKey.generate();
    var envelope = key.sign("http://example.com/HelloWorld", "hello world".getBytes("US-ASCII"));
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(key.verifying().encoded())));
    verifier.update("DSSEv1 29 http://example.com/HelloWorld 11 hello world".getBytes("US-ASCII"));
    assertThat(verifier.verify(Base64.getDecoder().decode(envelope.signatures().getFirst().sig())))
        .isTrue();
    assertThat(envelope.keyId()).isEqualTo(key.verifying().id().toString());
  }

  private static String pem(String pkcs8) {
    return Pem.text("PRIVATE KEY", HexFormat.of().parseHex(pkcs8));
  }
}
