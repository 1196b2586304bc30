package dev.fovea.dvc.merge;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.Snapshot.Hash;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.merge.BothChanged.TooLarge;
import dev.fovea.dvc.remote.Remote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a merge reads and keeps: from the cache, else from the remote, into the cache. */
final class MergeObjects implements BothChanged.Store, AutoCloseable {
  // Three of them are held at once, and what is read from them.
  private static final long MOST_FILE_BYTES = 64 << 20;

  private final ObjectCache cache;
  private final Supplier<Optional<Remote>> opening;
  private final Map<String, Map<String, String>> folders = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private @Nullable Optional<Remote> remote;

  /**
   * @param opening of the remote, asked for when the cache lacks something
   */
  MergeObjects(ObjectCache cache, Supplier<Optional<Remote>> opening) {
    this.cache = cache;
    this.opening = opening;
  }

  /** The MD5 of each file of a folder, by path. */
  Map<String, String> folder(String name) throws IOException {
    var known = folders.get(name);
    if (known == null) {
      known = Collections.unmodifiableMap(shared(directory(name)));
      folders.put(name, known);
    }
    return known;
  }

  // The versions of a folder have nearly all of their texts in common.
  private Map<String, String> shared(DvcDirectory directory) {
    var byPath = new HashMap<String, String>();
    for (var entry : directory.entries()) {
      byPath.put(shared(entry.path()), shared(entry.md5()));
    }
    return byPath;
  }

  private String shared(String text) {
    var other = texts.putIfAbsent(text, text);
    return other == null ? text : other;
  }

  private DvcDirectory directory(String name) throws IOException {
    if (Files.exists(cache.directory(name))) {
      return FolderObjects.read(cache, name);
    }
    var found = remote();
    var directory =
        found.isPresent()
            ? FolderObjects.read(cache, found.get(), name)
            : Optional.<DvcDirectory>empty();
    return directory.orElseThrow(() -> lacking(name));
  }

  @Override
  public byte[] read(String md5) throws IOException {
    if (!Files.exists(cache.directory(md5))) {
      fetch(md5);
    }
    var file = cache.directory(md5);
    if (Files.size(file) > MOST_FILE_BYTES) {
      throw new TooLarge(MOST_FILE_BYTES);
    }
    var bytes = Files.readAllBytes(file);
    if (!Md5.hex(bytes).equals(md5)) {
      throw new WorkProblem(
          "the object %s in the cache is damaged: its bytes have the MD5 %s"
              .formatted(md5, Md5.hex(bytes)),
          "remove %s, then run: fovea dataset pull".formatted(file));
    }
    return bytes;
  }

  private void fetch(String md5) throws IOException {
    var found = remote();
    if (found.isEmpty()) {
      throw lacking(md5);
    }
    try (var in = found.get().open(md5).orElseThrow(() -> lacking(md5))) {
      var bytes = in.readNBytes((int) MOST_FILE_BYTES + 1);
      if (bytes.length > MOST_FILE_BYTES) {
        throw new TooLarge(MOST_FILE_BYTES);
      }
      if (!Md5.hex(bytes).equals(md5)) {
        throw new WorkProblem(
            "the object %s at %s is damaged: its bytes have the MD5 %s"
                .formatted(md5, found.get().address(), Md5.hex(bytes)),
            "have whoever has the file push it again");
      }
      keep(bytes);
    }
  }

  @Override
  public String keep(byte[] bytes) throws IOException {
    var md5 = Md5.hex(bytes);
    cache.put(Hash.parse(md5), "", ByteBuffer.wrap(bytes));
    return md5;
  }

  void keep(DvcDirectory folder) throws IOException {
    cache.keep(folder, folder.name());
  }

  /** How many bytes a file has; absent where the cache lacks it. */
  OptionalLong size(String md5) throws IOException {
    var object = cache.directory(md5);
    return Files.exists(object) ? OptionalLong.of(Files.size(object)) : OptionalLong.empty();
  }

  private Optional<Remote> remote() {
    if (remote == null) {
      remote = opening.get();
    }
    return remote;
  }

  private WorkProblem lacking(String name) {
    return new WorkProblem(
        "the object %s, which the merge needs, is not in the cache, %s"
            .formatted(
                name,
                remote()
                    .map(each -> "nor at " + each.address())
                    .orElse("and no remote is the default")),
        "run: git merge --abort; have whoever has it run 'fovea dataset push'; then merge again");
  }

  @Override
  public void close() throws IOException {
    if (remote != null && remote.isPresent()) {
      remote.get().close();
    }
  }
}
