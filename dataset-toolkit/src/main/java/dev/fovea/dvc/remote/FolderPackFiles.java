package dev.fovea.dvc.remote;

import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Packs in a folder. */
final class FolderPackFiles implements PackFiles {
  private final Path root;

  FolderPackFiles(Path root) {
    this.root = root;
  }

  private Path place(String name) {
    return root.resolve(PackFiles.path(name));
  }

  /** Writes a file that nobody sees yet. */
  private interface Writing {
    void to(FileChannel fresh) throws IOException;
  }

  private void put(String name, Writing writing) throws IOException {
    var place = place(name);
    var unfinished = root.resolve(FolderRemote.UNFINISHED);
    var fresh =
        unfinished.resolve(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    try {
      Files.createDirectories(root.resolve(PackFiles.FOLDER));
      Files.createDirectories(unfinished);
      try (var channel =
          FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        writing.to(channel);
        channel.force(true);
      }
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      keepNames(root.resolve(PackFiles.FOLDER));
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw FolderRemote.notTaken(root, e);
    }
  }

  /** After a loss of power the file has its name; where a folder can't be flushed, perhaps. */
  private static void keepNames(Path folder) {
    try (var channel = FileChannel.open(folder)) {
      channel.force(true);
    } catch (IOException _) {
      // Windows opens no folders, and some shares flush none.
    }
  }

  @Override
  public void put(String name, byte[] bytes, int length, Digest sha256) throws IOException {
    put(
        name,
        fresh -> {
          for (var left = ByteBuffer.wrap(bytes, 0, length); left.hasRemaining(); ) {
            fresh.write(left);
          }
        });
  }

  @Override
  public void put(String name, Path file) throws IOException {
    put(
        name,
        fresh -> {
          try (var from = FileChannel.open(file)) {
            long size = from.size();
            for (long at = 0; at < size; ) {
              long sent = from.transferTo(at, size - at, fresh);
              if (sent <= 0) {
                throw new IOException("%s became shorter while it was read".formatted(file));
              }
              at += sent;
            }
          }
        });
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    try {
      return Optional.of(Files.newInputStream(place(name)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<byte[]> read(String name, long offset, int length) throws IOException {
    try (var from = FileChannel.open(place(name))) {
      var part = ByteBuffer.allocate((int) Math.clamp(from.size() - offset, 0, length));
      while (part.hasRemaining() && from.read(part, offset + part.position()) >= 0) {
        // As much as there is.
      }
      return Optional.of(Arrays.copyOf(part.array(), part.position()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<PackFile> find(String name) throws IOException {
    try {
      var attributes = Files.readAttributes(place(name), BasicFileAttributes.class);
      return Optional.of(
          new PackFile(name, attributes.size(), attributes.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  @Override
  public void list(Consumer<PackFile> each) throws IOException {
    var folder = root.resolve(PackFiles.FOLDER);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        var name = String.valueOf(file.getFileName());
        if (NAME.matcher(name).matches()) {
          find(name).ifPresent(each); // unless it was removed just now
        }
      }
    }
  }

  @Override
  public void remove(Collection<String> names) throws IOException {
    for (var name : names) {
      Files.deleteIfExists(place(name));
    }
  }
}
