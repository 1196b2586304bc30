package dev.fovea.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of some bytes, written {@code sha256:} and 64 lower-case hex digits (the form of the
 * OCI image specification, "Descriptors", and of Docker). Every object that Fovea stores is named
 * by one.
 *
 * @param hex 64 lower-case hex digits
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final String PREFIX = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final int SHOWN_DIGITS = 8;

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "digest: '%s' (expected: sha256: and 64 lower-case hex digits)"
              .formatted(Text.excerpt(hex)));
    }
  }

  /** The digest of these bytes. */
  public static Digest sha256(byte[] bytes) {
    return new Digest(HexFormat.of().formatHex(hasher().digest(bytes)));
  }

  /** The digest of what remains in the stream, which is read to its end and left open. */
  public static Digest sha256(InputStream in) throws IOException {
    var hasher = hasher();
    var buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      hasher.update(buffer, 0, n);
    }
    return new Digest(HexFormat.of().formatHex(hasher.digest()));
  }

  /** The digest of a file's content. */
  public static Digest sha256(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException when it is not {@code sha256:} and 64 lower-case hex digits
   */
  @JsonCreator
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "digest: '%s' (expected: sha256: and 64 lower-case hex digits)"
              .formatted(Text.excerpt(text)));
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** The same as {@link #parse}, under the name that Spring's conversion looks for. */
  public static Digest valueOf(String text) {
    return parse(text);
  }

  /** A fresh SHA-256, for callers that hash while they copy. */
  public static MessageDigest hasher() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The first eight digits, as pages and tables show them. */
  public String abbreviated() {
    return hex.substring(0, SHOWN_DIGITS);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  @JsonValue
  public String toString() {
    return PREFIX + hex;
  }
}
