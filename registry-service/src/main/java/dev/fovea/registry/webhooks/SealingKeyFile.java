package dev.fovea.registry.webhooks;

import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the key lies that seals secrets. Read when a secret first needs it. */
final class SealingKeyFile {
  private static final Logger LOG = LoggerFactory.getLogger(SealingKeyFile.class);
  private static final int MOST_BYTES = 1024;
  private static final String REMEDY =
      "write the base64 of 32 random bytes to a file that only Fovea reads ('openssl rand -base64 32') and name it in fovea.registry.webhooks.key-file; a hook without a secret needs none";

  private final Optional<Path> named;
  private final Optional<Path> own;
  private @Nullable SealingKey key;

  /**
   * @param named has to be there
   * @param own is made where it is missing
   */
  SealingKeyFile(Optional<Path> named, Optional<Path> own) {
    this.named = named;
    this.own = own;
  }

  /**
   * The key.
   *
   * @throws InvalidRequest when there is none
   */
  synchronized SealingKey key() {
    var known = key;
    if (known == null) {
      known = load();
      key = known;
    }
    return known;
  }

  private SealingKey load() {
    var file =
        named
            .or(() -> own)
            .orElseThrow(() ->
                new InvalidRequest("this installation has no key to keep secrets by", REMEDY));
    try {
      if (named.isEmpty()) {
        make(file);
      }
      return read(file);
    } catch (IOException e) {
      throw new InvalidRequest(
          "the key that secrets are kept by can't be read: %s".formatted(file), REMEDY);
    }
  }

  private static SealingKey read(Path file) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES);
    }
    var line = new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("").strip();
    try {
      return new SealingKey(Base64.getDecoder().decode(line));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "%s holds no key (expected: the base64 of %d bytes)".formatted(file, SealingKey.BYTES),
          REMEDY);
    }
  }

  /** Whole or not at all, for its owner alone; where two make it, one of them wins. */
  private static void make(Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    var folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    var posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    var fresh =
        posix
            ? Files.createTempFile(
                folder,
                ".key",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            : Files.createTempFile(folder, ".key", ".new");
    try {
      var bytes = new byte[SealingKey.BYTES];
      new SecureRandom().nextBytes(bytes);
      Files.writeString(
          fresh,
          Base64.getEncoder().encodeToString(bytes) + "\n",
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      // A link fails where the file is there by now; a move would replace it.
      Files.createLink(file, fresh);
      LOG.info("made the key that seals the secrets of webhooks: {}", file);
    } catch (FileAlreadyExistsException _) {
      LOG.debug("another process was faster with {}", file);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
