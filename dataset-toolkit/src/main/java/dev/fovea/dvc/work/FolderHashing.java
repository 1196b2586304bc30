package dev.fovea.dvc.work;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.work.Snapshot.Hash;
import dev.fovea.dvc.work.Snapshot.Hashed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the content of a folder: files that have not been written since they were hashed are not
 * read again.
 */
final class FolderHashing {
  /** What is read at once; most images fit, and are then read, hashed and kept from memory. */
  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final Optional<ObjectCache> cache;
  private final Progress progress;

  /**
   * @param cache where the files are kept; absent where they are only looked at
   */
  FolderHashing(Path folder, Optional<ObjectCache> cache, Progress progress) {
    this.folder = folder;
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * The folder now.
   *
   * @param before what is known of it; a file that is known and that the cache lacks is read again
   */
  Snapshot hash(List<FileStat> files, Snapshot before) throws IOException {
    var hashed = new Hashed[files.size()];
    var open = new ArrayList<Integer>();
    var known = before.files().iterator();
    var next = known.hasNext() ? known.next() : null;
    for (int i = 0; i < hashed.length; i++) {
      var file = files.get(i);
      while (next != null && order(next.file().path(), file.path()) < 0) {
        next = known.hasNext() ? known.next() : null;
      }
      if (next != null && same(next.file(), file) && !lacks(next.md5())) {
        hashed[i] = new Hashed(file, next.md5());
      } else {
        open.add(i);
      }
    }
    if (open.isEmpty() && hashed.length == before.files().size()) {
      return new Snapshot(Arrays.asList(hashed), before.name());
    }
    progress.begin(
        "hashing", open.size(), open.stream().mapToLong(i -> files.get(i).bytes()).sum());
    SideBySide.each(
        open,
        () -> new Reader(folder, cache),
        (reader, i) -> {
          hashed[i] = new Hashed(files.get(i), reader.read(files.get(i)));
          progress.did(1, files.get(i).bytes());
        });
    progress.end();
    return Snapshot.of(Arrays.asList(hashed));
  }

  private static int order(String one, String other) {
    return dev.fovea.dvc.CodePoints.ORDER.compare(one, other);
  }

  private static boolean same(FileStat known, FileStat now) {
    return known.path().equals(now.path())
        && now.same(known.bytes(), known.modified(), known.inode());
  }

  private boolean lacks(Hash md5) {
    return cache.isPresent() && !cache.get().has(md5);
  }

  /** Reads files one after the other, with one buffer. */
  private static final class Reader {
    private final Path folder;
    private final Optional<ObjectCache> cache;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final MessageDigest md5 = Md5.hasher();

    Reader(Path folder, Optional<ObjectCache> cache) {
      this.folder = folder;
      this.cache = cache;
    }

    Hash read(FileStat file) throws IOException {
      try (var channel = FileChannel.open(folder.resolve(file.path()), StandardOpenOption.READ)) {
        var hash = file.bytes() < BUFFER ? small(channel) : large(channel);
        return hash;
      }
    }

    private Hash small(FileChannel channel) throws IOException {
      buffer.clear();
      while (channel.read(buffer) > 0) {
        // until the end of the file or of the buffer
      }
      if (!buffer.hasRemaining()) {
        channel.position(0); // it has grown since it was looked at
        return large(channel);
      }
      buffer.flip();
      md5.update(buffer.array(), 0, buffer.limit());
      var hash = hash();
      if (cache.isPresent()) {
        cache.get().put(hash, "", buffer);
      }
      return hash;
    }

    private Hash large(FileChannel channel) throws IOException {
      if (cache.isEmpty()) {
        while (fill(channel)) {
          md5.update(buffer.array(), 0, buffer.limit());
        }
        return hash();
      }
      try (var copy = cache.get().writing()) {
        while (fill(channel)) {
          md5.update(buffer.array(), 0, buffer.limit());
          copy.write(buffer);
        }
        var hash = hash();
        copy.finish(hash, "");
        return hash;
      }
    }

    private boolean fill(FileChannel channel) throws IOException {
      buffer.clear();
      int read = channel.read(buffer);
      buffer.flip();
      return read > 0;
    }

    private Hash hash() {
      var digest = ByteBuffer.wrap(md5.digest());
      return new Hash(digest.getLong(), digest.getLong());
    }
  }
}
