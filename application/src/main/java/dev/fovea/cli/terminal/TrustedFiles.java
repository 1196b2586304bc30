package dev.fovea.cli.terminal;

import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Keys and signatures in files, of bounded size. */
public final class TrustedFiles {
  private static final int MAX_KEYS_BYTES = 64 << 10;

  private TrustedFiles() {}

  /**
   * The public keys of a PEM file.
   *
   * @param command which prints such a file
   * @throws InvalidRequest when it holds none, or something else
   */
  public static List<VerifyingKey> keys(Path file, String command) throws IOException {
    try {
      return VerifyingKey.parseAll(
          new String(bytes(file, MAX_KEYS_BYTES), StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "%s: %s".formatted(file, e.getMessage()),
          "have the keys from whom you trust: '%s' prints them".formatted(command));
    }
  }

  /**
   * A file's bytes.
   *
   * @throws IllegalArgumentException when it has more than {@code most}
   */
  public static byte[] bytes(Path file, int most) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new IllegalArgumentException(
            "more than %d bytes (expected: at most %d)".formatted(most, most));
      }
      return bytes;
    }
  }
}
