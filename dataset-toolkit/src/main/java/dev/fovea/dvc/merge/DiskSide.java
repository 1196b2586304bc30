package dev.fovea.dvc.merge;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.WorkProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder that is merged, read once: each file is hashed, and copied on the way where that is
 * wanted, by as many threads as there are processors. Of small files, opening and closing is most
 * of the work, so the system is asked nothing twice.
 */
final class DiskSide {
  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final Optional<Path> copy;
  private final List<Listed> files = new ArrayList<>();
  private final Map<String, String> md5s = new HashMap<>();

  /**
   * @param path inside the folder
   */
  private record Listed(Path path, long bytes) {}

  private DiskSide(Path folder, Optional<Path> copy) {
    this.folder = folder;
    this.copy = copy;
  }

  /** A folder that is only read. */
  static DiskSide of(Path folder) {
    return new DiskSide(folder, Optional.empty());
  }

  /**
   * A folder that is copied.
   *
   * @param to a folder that is empty; folders without files are not copied
   */
  static DiskSide copied(Path folder, Path to) {
    return new DiskSide(folder, Optional.of(to));
  }

  /**
   * Reads several.
   *
   * @throws WorkProblem when one holds a link
   */
  static void read(List<DiskSide> sides) throws IOException {
    SideBySide.each(sides, () -> sides, (_, side) -> side.list());
    for (var side : sides) {
      side.read();
    }
  }

  private void list() throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          private Path last = folder;

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!attributes.isRegularFile()) {
              throw new WorkProblem(
                  "%s is a link, or no file".formatted(file), "remove it, then repeat");
            }
            var parent = AtomicFiles.parent(file);
            if (copy.isPresent() && !last.equals(parent)) {
              Files.createDirectories(
                  AtomicFiles.parent(copy.get().resolve(folder.relativize(file))));
              last = parent;
            }
            files.add(new Listed(folder.relativize(file), attributes.size()));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void read() throws IOException {
    var found = new String[files.size()];
    SideBySide.each(
        files.size(),
        Runtime.getRuntime().availableProcessors(),
        Reader::new,
        (reader, i) -> found[i] = reader.read(files.get(i)));
    for (int i = 0; i < found.length; i++) {
      md5s.put(files.get(i).path().toString().replace('\\', '/'), found[i]);
    }
  }

  /** The MD5 of each file that was read, by its path with {@code /}. */
  Map<String, String> md5s() {
    return md5s;
  }

  /** Where a file of this side is. */
  Path place(String path) {
    return folder.resolve(path);
  }

  /** Reads files one after the other, with one buffer. */
  private final class Reader {
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final MessageDigest md5 = Md5.hasher();

    String read(Listed file) throws IOException {
      try (var in =
          FileChannel.open(
              folder.resolve(file.path()), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        if (copy.isEmpty()) {
          hash(in, file.bytes(), Optional.empty());
        } else {
          try (var out =
              FileChannel.open(
                  copy.get().resolve(file.path()),
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE)) {
            hash(in, file.bytes(), Optional.of(out));
          }
        }
      }
      return HexFormat.of().formatHex(md5.digest());
    }

    // To the length that was listed: what is written behind it meanwhile is not of this merge.
    private void hash(FileChannel in, long bytes, Optional<FileChannel> out) throws IOException {
      for (long left = bytes; left > 0; ) {
        int read = in.read(buffer.clear().limit((int) Math.min(BUFFER, left)));
        if (read < 0) {
          return;
        }
        left -= read;
        md5.update(buffer.array(), 0, buffer.flip().limit());
        while (out.isPresent() && buffer.hasRemaining()) {
          out.get().write(buffer);
        }
      }
    }
  }
}
