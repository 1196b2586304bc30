package dev.fovea.lab.agent.remote;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.lab.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The device's Ed25519 key: made here, and never sent anywhere. */
final class DeviceKey {
  private static final String ALGORITHM = "Ed25519";
  private final KeyPair pair;

  private DeviceKey(KeyPair pair) {
    this.pair = pair;
  }

  /** The key of this folder; a new one where there is none. On the disk before this returns. */
  static DeviceKey of(AgentHome home) {
    if (!Files.exists(home.key())) {
      AgentHome.write(home.key(), pem(generated()));
    }
    return read(home.key());
  }

  /** In base64, as SubjectPublicKeyInfo. */
  String publicKey() {
    return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
  }

  Digest digest() {
    return Digest.sha256(pair.getPublic().getEncoded());
  }

  Envelope sign(String type, String text) {
    return sign(type, text.getBytes(StandardCharsets.UTF_8));
  }

  Envelope sign(String type, byte[] payload) {
    return Envelope.sign(type, payload, pair.getPrivate(), digest().toString());
  }

  private static KeyPair generated() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /** Both halves, since a JDK does not compute the public one from the private one. */
  private static String pem(KeyPair pair) {
    return block("PRIVATE KEY", pair.getPrivate().getEncoded())
        + block("PUBLIC KEY", pair.getPublic().getEncoded());
  }

  private static String block(String name, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(name, Base64.getEncoder().encodeToString(bytes), name);
  }

  private static DeviceKey read(Path file) {
    try {
      var text = Files.readString(file);
      var keys = KeyFactory.getInstance(ALGORITHM);
      return new DeviceKey(
          new KeyPair(
              keys.generatePublic(new X509EncodedKeySpec(bytes(text, "PUBLIC KEY"))),
              keys.generatePrivate(new PKCS8EncodedKeySpec(bytes(text, "PRIVATE KEY")))));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read".formatted(file), e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new InvalidRequest(
          "%s is not the key that an agent wrote".formatted(file),
          "delete it and join again with a new code of 'fovea device invite NAME'");
    }
  }

  private static byte[] bytes(String pem, String name) {
    var begin = "-----BEGIN %s-----".formatted(name);
    int from = pem.indexOf(begin);
    int to = pem.indexOf("-----END %s-----".formatted(name));
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no " + name);
    }
    return Base64.getDecoder().decode(pem.substring(from + begin.length(), to).strip());
  }
}
