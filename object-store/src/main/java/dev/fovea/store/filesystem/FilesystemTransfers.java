package dev.fovea.store.filesystem;

import dev.fovea.kernel.Digest;
import dev.fovea.store.PartGone;
import dev.fovea.store.PartKey;
import dev.fovea.store.Transfers;
import dev.fovea.store.VerifiedStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts as files {@code <root>/parts/<upload>/<number>-<tag>}, the tag being the SHA-256 of the
 * bytes: what is read of a part is what was sent, or it is refused. So nothing is forced to the
 * disk before the object is.
 */
final class FilesystemTransfers implements Transfers {
  private static final Logger LOG = LoggerFactory.getLogger(FilesystemTransfers.class);
  private static final Pattern TAG = Pattern.compile("[0-9a-f]{64}");

  private final Path parts;
  private final Disk disk;

  FilesystemTransfers(Path parts, Disk disk) {
    this.parts = parts;
    this.disk = disk;
  }

  @Override
  public String put(PartKey key, InputStream bytes) throws IOException {
    var folder = folder(key.upload());
    var file = folder.resolve(UUID.randomUUID().toString());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FilesystemObjectStore.unavailable("it can't be written", e);
    }
    try {
      var tag = FilesystemObjectStore.write(disk, bytes, file).hex();
      name(file, file(key, tag));
      return tag;
    } finally {
      drop(file);
    }
  }

  @Override
  public OptionalLong size(PartKey key, String tag) throws IOException {
    if (!TAG.matcher(tag).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Files.size(file(key, tag)));
    } catch (NoSuchFileException _) {
      return OptionalLong.empty();
    }
  }

  @Override
  public InputStream open(PartKey key, String tag) throws IOException {
    var size = size(key, tag).orElseThrow(() -> new PartGone(key.number()));
    try {
      return new VerifiedStream(
          disk.open(file(key, tag)),
          new Digest(tag),
          size,
          () -> {
            throw new PartGone(key.number());
          });
    } catch (NoSuchFileException _) {
      throw new PartGone(key.number());
    }
  }

  @Override
  public void delete(String upload, int count) throws IOException {
    var folder = folder(upload);
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        disk.delete(file);
      }
    } catch (NoSuchFileException _) {
      return;
    }
    disk.delete(folder);
  }

  @Override
  public Optional<DirectAddresses> direct() {
    return Optional.empty();
  }

  private void name(Path from, Path to) {
    try {
      disk.move(from, to);
    } catch (IOException e) {
      throw FilesystemObjectStore.unavailable("it can't be written", e);
    }
  }

  private void drop(Path file) {
    try {
      disk.delete(file);
    } catch (IOException e) {
      LOG.warn("{} stays behind and is deleted with its upload", file, e);
    }
  }

  private Path file(PartKey key, String tag) {
    return folder(key.upload()).resolve("%d-%s".formatted(key.number(), tag));
  }

  private Path folder(String upload) {
    return parts.resolve(new PartKey(upload, 1).upload());
  }
}
