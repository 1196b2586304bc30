package dev.fovea.roles;

import dev.fovea.dsse.SigningKey;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that holds a service's key.
 *
 * @param signs what the key signs, such as {@code dataset versions}
 * @param setting the property that names another file
 */
public record SigningKeyFile(String signs, String setting) {
  private static final Logger LOG = LoggerFactory.getLogger(SigningKeyFile.class);
  private static final int MAX_BYTES = 64 << 10;

  /**
   * The key of the file that was named, or else of the service's own, which is made where it is
   * missing: readable by its owner alone, whole and on the disk before this returns.
   *
   * @throws InvalidRequest when the file that was named is missing, or a file is no such key
   */
  public SigningKey key(Optional<Path> named, Path own) {
    var file = named.orElse(own);
    try {
      if (Files.notExists(file)) {
        if (named.isPresent()) {
          throw new InvalidRequest("there is no signing key at %s".formatted(file), remedy());
        }
        write(file, SigningKey.generate().pem());
        LOG.info("made the key that signs {}: {}", signs, file);
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the signing key %s cannot be used".formatted(file), e);
    }
  }

  private SigningKey read(Path file) throws IOException {
    if (isPosix(file)
        && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
      LOG.warn("everybody on this machine can read the signing key {}: chmod 600 it", file);
    }
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    try {
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "key: more than %d bytes (expected: a PEM file)".formatted(MAX_BYTES));
      }
      return SigningKey.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest("%s: %s".formatted(file, e.getMessage()), remedy());
    }
  }

  private static void write(Path file, String text) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    var fresh = Files.createTempFile(folder, ".key", ".new", ownersAlone(file));
    try {
      try (var out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
    // What it signs outlives a loss of power, so it has to.
    try (var entries = FileChannel.open(folder)) {
      entries.force(true);
    }
  }

  private static FileAttribute<?>[] ownersAlone(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(
              EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
        }
        : new FileAttribute<?>[0];
  }

  private String remedy() {
    return "make one with 'openssl genpkey -algorithm ed25519 -out FILE', or leave %s away: then the service makes its own"
        .formatted(setting);
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
