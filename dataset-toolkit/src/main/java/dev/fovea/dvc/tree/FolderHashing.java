package dev.fovea.dvc.tree;

import dev.fovea.dvc.Naming;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.directory.Md5Column;
import dev.fovea.dvc.disk.FileStats;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.Snapshot;
import dev.fovea.dvc.disk.Snapshot.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the content of a folder: files that have not been written since they were hashed are not
 * read again.
 */
final class FolderHashing {
  /** What is read at once; most images fit, and are then read, hashed and kept from memory. */
  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final Naming naming;
  private final Optional<ObjectCache> cache;
  private final FollowedLinks links;
  private final Progress progress;

  /**
   * @param cache where the files are kept; absent where they are only looked at
   */
  FolderHashing(
      Path folder,
      Naming naming,
      Optional<ObjectCache> cache,
      FollowedLinks links,
      Progress progress) {
    this.naming = naming;
    this.folder = folder;
    this.cache = cache;
    this.links = links;
    this.progress = progress;
  }

  /**
   * The folder now.
   *
   * @param before what is known of it; a file that is known and that the cache lacks is read again
   */
  Snapshot hash(FileStats files, Snapshot before) throws IOException {
    if (cache.isEmpty() && files.equals(before.stats())) {
      return before;
    }
    var high = new long[files.size()];
    var low = new long[files.size()];
    var open = unknown(files, before, high, low);
    var md5s = new Md5Column(high, low);
    if (open.length == 0 && files.size() == before.size()) {
      return new Snapshot(files, md5s, before.name());
    }
    progress.begin("hashing", open.length, Arrays.stream(open).mapToLong(files::bytes).sum());
    SideBySide.each(
        open.length,
        Runtime.getRuntime().availableProcessors(),
        () -> new Reader(folder, naming.hasher(), cache, links),
        (reader, n) -> {
          int i = open[n];
          var md5 = reader.read(files.paths().get(i), files.bytes(i));
          high[i] = md5.high();
          low[i] = md5.low();
          progress.did(1, files.bytes(i));
        });
    progress.end();
    return Snapshot.of(files, md5s);
  }

  /** Those that must be read; what is known of the others is put into the columns. */
  private int[] unknown(FileStats files, Snapshot before, long[] high, long[] low) {
    var known = before.stats();
    var open = IntStream.builder();
    for (int i = 0, j = 0; i < files.size(); i++) {
      while (j < known.size() && known.paths().compare(j, files.paths(), i) < 0) {
        j++;
      }
      if (j < known.size()
          && known.paths().compare(j, files.paths(), i) == 0
          && known.same(j, files, i)
          && !lacks(Hash.of(before.md5s(), j))) {
        high[i] = before.md5s().high(j);
        low[i] = before.md5s().low(j);
      } else {
        open.add(i);
      }
    }
    return open.build().toArray();
  }

  private boolean lacks(Hash md5) {
    return cache.isPresent() && !cache.get().has(md5);
  }

  /** Reads files one after the other, with one buffer. */
  private static final class Reader {
    private final Path folder;
    private final Optional<ObjectCache> cache;
    private final FollowedLinks links;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final MessageDigest md5;

    Reader(Path folder, MessageDigest md5, Optional<ObjectCache> cache, FollowedLinks links) {
      this.folder = folder;
      this.md5 = md5;
      this.cache = cache;
      this.links = links;
    }

    Hash read(String path, long bytes) throws IOException {
      var file = folder.resolve(path);
      try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
        var hash = bytes < BUFFER ? small(channel) : large(channel);
        if (cache.isPresent() && Files.isSymbolicLink(file)) {
          links.requireSound(file, path, hash.hex());
        }
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
