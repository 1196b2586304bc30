package dev.fovea.dsse;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;

/** An Ed25519 key that signs, and its public half. Never shown. */
public final class SigningKey {
  static final String ALGORITHM = "Ed25519";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final String TRIAL = "text/plain";

  private final PrivateKey key;
  private final VerifyingKey verifying;

  private SigningKey(PrivateKey key, VerifyingKey verifying) {
    this.key = key;
    this.verifying = verifying;
  }

  /** A new one. */
  public static SigningKey generate() {
    return generate(new SecureRandom());
  }

  private static SigningKey generate(SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(255, random);
      var pair = generator.generateKeyPair();
      return new SigningKey(pair.getPrivate(), VerifyingKey.of(pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /**
   * Reads a PEM text with a block {@code PRIVATE KEY} (PKCS#8), as {@code openssl genpkey
   * -algorithm ed25519} writes it. Where it has a block {@code PUBLIC KEY} too, that must be its
   * half.
   *
   * @throws IllegalArgumentException when it is no such key; the message holds nothing of it
   */
  public static SigningKey parse(String pem) {
    PrivateKey key;
    try {
      key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(Pem.block(pem, PRIVATE)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "key: no Ed25519 private key (expected: a PEM block 'PRIVATE KEY' with PKCS#8)", e);
    }
    var derived = new SigningKey(key, publicHalf(key));
    if (Pem.has(pem, PUBLIC) && !VerifyingKey.parse(pem).equals(derived.verifying)) {
      throw new IllegalArgumentException(
          "key: the block 'PUBLIC KEY' is not the half of the block 'PRIVATE KEY'");
    }
    return derived;
  }

  // The JDK computes a public key only where it makes the private one, from 32 random bytes, which
  // are the private key (RFC 8032, 5.1.5). What comes of it is tried before it is believed.
  private static VerifyingKey publicHalf(PrivateKey key) {
    var seed =
        ((EdECPrivateKey) key)
            .getBytes()
            .orElseThrow(() -> new IllegalArgumentException("key: it does not show its bytes"));
    var half = generate(new Repeated(seed)).verifying;
    var tried = new SigningKey(key, half).sign(TRIAL, new byte[0]);
    if (tried.verified(TRIAL, half).isEmpty()) {
      throw new IllegalStateException("this JDK makes Ed25519 keys in another way than RFC 8032");
    }
    return half;
  }

  /** Signs the bytes. */
  public Envelope sign(String type, byte[] payload) {
    return Envelope.sign(type, payload, key, verifying.id().toString());
  }

  /** The public half. */
  public VerifyingKey verifying() {
    return verifying;
  }

  /** Both halves, as PKCS#8 and SubjectPublicKeyInfo. */
  public String pem() {
    return Pem.text(PRIVATE, key.getEncoded()) + verifying.pem();
  }

  @Override
  public String toString() {
    return "SigningKey[" + verifying.id() + "]";
  }

  /** Gives what it was given, once. */
  private static final class Repeated extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final transient byte[] bytes;

    Repeated(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] out) {
      if (out.length != bytes.length) {
        throw new IllegalStateException(
            "%d random bytes (expected: %d)".formatted(out.length, bytes.length));
      }
      System.arraycopy(bytes, 0, out, 0, out.length);
    }
  }
}
