package dev.fovea.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** A password that is made once and kept in a file that only its owner can read. */
record Secret(Path file, String text) {
  private static final int BYTES = 24;

  /** Reads it, or makes it; a half-written one is never seen. */
  static Secret in(Path file) throws IOException {
    if (!Files.exists(file)) {
      var random = new byte[BYTES];
      new SecureRandom().nextBytes(random);
      var unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
      Files.deleteIfExists(unfinished);
      if (Binaries.isWindows()) {
        Files.createFile(unfinished);
      } else {
        Files.createFile(
            unfinished,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.write(unfinished, Base64.getUrlEncoder().withoutPadding().encode(random));
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return new Secret(file, Files.readString(file, StandardCharsets.US_ASCII).strip());
  }

  /** Never shows it. */
  @Override
  public String toString() {
    return "Secret[" + file + "]";
  }
}
