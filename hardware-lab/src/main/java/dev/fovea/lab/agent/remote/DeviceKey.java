package dev.fovea.lab.agent.remote;

import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.SigningKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The device's Ed25519 key: made here, and never sent anywhere. */
record DeviceKey(SigningKey key) {
  /** The key of this folder; a new one where there is none. On the disk before this returns. */
  static DeviceKey of(AgentHome home) {
    if (!Files.exists(home.key())) {
      AgentHome.write(home.key(), SigningKey.generate().pem());
    }
    return read(home.key());
  }

  /** In base64, as SubjectPublicKeyInfo. */
  String publicKey() {
    return key.verifying().toString();
  }

  Digest digest() {
    return key.verifying().id();
  }

  Envelope sign(String type, String text) {
    return sign(type, text.getBytes(StandardCharsets.UTF_8));
  }

  Envelope sign(String type, byte[] payload) {
    return key.sign(type, payload);
  }

  private static DeviceKey read(Path file) {
    try {
      return new DeviceKey(SigningKey.parse(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read".formatted(file), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "%s is not the key that an agent wrote".formatted(file),
          "delete it and join again with a new code of 'fovea device invite NAME'");
    }
  }
}
