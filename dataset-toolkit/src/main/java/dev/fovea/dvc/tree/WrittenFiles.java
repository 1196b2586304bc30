package dev.fovea.dvc.tree;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.disk.Snapshot.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Files that Fovea wrote itself, in a folder that no working copy tracks: no links, no ignores. */
final class WrittenFiles {
  private static final int BUFFER = 256 << 10;

  private final Path folder;
  private final ObjectCache cache;
  private final byte[] buffer = new byte[BUFFER];

  WrittenFiles(Path folder, ObjectCache cache) {
    this.folder = folder;
    this.cache = cache;
  }

  /** Keeps all of them in the cache. */
  List<Held.File> keep() throws IOException {
    List<Path> all;
    try (var walk = Files.walk(folder)) {
      all = walk.filter(Files::isRegularFile).toList();
    }
    var kept = new ArrayList<Held.File>();
    for (var file : all) {
      kept.add(keep(file));
    }
    return kept;
  }

  private Held.File keep(Path file) throws IOException {
    var md5 = Md5.hasher();
    long bytes = 0;
    try (var in = Files.newInputStream(file);
        var writing = cache.writing()) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        md5.update(buffer, 0, n);
        writing.write(ByteBuffer.wrap(buffer, 0, n));
        bytes += n;
      }
      var hex = HexFormat.of().formatHex(md5.digest());
      writing.finish(Hash.parse(hex), "");
      return new Held.File(folder.relativize(file).toString().replace('\\', '/'), hex, bytes);
    }
  }
}
