package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcDirectory;
import dev.fovea.dvc.DvcDirectory.Entry;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.work.Snapshot.Hash;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * {@code dvc fetch}: gets what the cache lacks, and keeps none of it that is not what its name
 * says. What has come stays when the rest does not.
 */
public final class Pulling {
  private static final int THREADS = 16;
  private static final int BUFFER = 256 << 10;
  private static final int SHOWN = 5;

  private final WorkingCopy copy;
  private final Remote remote;
  private final Progress progress;
  private final boolean force;

  /**
   * @param force whether what was changed and not added may be lost
   */
  public Pulling(WorkingCopy copy, Remote remote, Progress progress, boolean force) {
    this.copy = copy;
    this.remote = remote;
    this.progress = progress;
    this.force = force;
  }

  /**
   * What was done.
   *
   * @param files how many came
   */
  public record Pulled(String path, long files, Checkout.Done checkedOut) {}

  /** Is told of a file that came, while its bytes are at hand. */
  private interface Arrival {
    void of(Entry entry, ByteBuffer bytes) throws IOException;
  }

  /**
   * Gets everything of one, and checks it out.
   *
   * @throws WorkProblem when the remote lacks something, or gave something else; names the files
   */
  public Pulled pull(Tracked tracked) throws IOException {
    var checkout = new Checkout(copy, progress, force);
    Set<String> placed = ConcurrentHashMap.newKeySet();
    // Into a folder that is not there yet, files are written as they come.
    boolean fresh = tracked.file().isFolder() && !Files.exists(copy.root().resolve(tracked.path()));
    var placing = fresh ? checkout.placing(tracked) : null;
    long came =
        fetch(
            tracked,
            (entry, bytes) -> {
              if (placing != null) {
                placing.place(entry.path(), bytes);
                placed.add(entry.path());
              }
            });
    return new Pulled(tracked.path(), came, checkout.checkout(tracked, placed));
  }

  /** Gets everything of one into the cache. */
  public long fetch(Tracked tracked) throws IOException {
    return fetch(tracked, (_, _) -> {});
  }

  private long fetch(Tracked tracked, Arrival arrival) throws IOException {
    var cache = copy.cache();
    long came = fetchObject(tracked);
    if (!tracked.file().isFolder()) {
      return came;
    }
    var open = lacking(cache, FolderObjects.read(cache, tracked.name()).entries());
    getAll(cache, open, tracked.path(), arrival);
    return came + open.size();
  }

  /** One entry for each object that the cache does not have. */
  private static List<Entry> lacking(ObjectCache cache, List<Entry> entries) {
    var lacking = new LinkedHashMap<String, Entry>();
    for (var entry : entries) {
      if (!lacking.containsKey(entry.md5()) && !Files.exists(cache.directory(entry.md5()))) {
        lacking.put(entry.md5(), entry);
      }
    }
    return List.copyOf(lacking.values());
  }

  /**
   * Gets a single file, or the files of a folder and then keeps the folder's object.
   *
   * @param name of the file's object
   * @param folder empty for a single file
   * @param path for people
   */
  void fetch(String name, Optional<DvcDirectory> folder, String path) throws IOException {
    var cache = copy.cache();
    var entries = folder.map(DvcDirectory::entries).orElse(List.of(new Entry(name, path)));
    getAll(cache, lacking(cache, entries), path, (_, _) -> {});
    if (folder.isPresent()) {
      cache.keep(folder.get());
    }
  }

  /** Gets the object that a {@code .dvc} file names, unless the cache has it. */
  long fetchObject(Tracked tracked) throws IOException {
    var cache = copy.cache();
    if (Files.exists(cache.directory(tracked.name()))) {
      return 0;
    }
    var entry = new Entry(tracked.name(), tracked.path());
    getAll(cache, List.of(entry), tracked.path(), (_, _) -> {});
    return 1;
  }

  private void getAll(ObjectCache cache, List<Entry> entries, String folder, Arrival arrival)
      throws IOException {
    Queue<Entry> lacking = new ConcurrentLinkedQueue<>();
    Queue<Entry> damaged = new ConcurrentLinkedQueue<>();
    progress.begin("pulling " + folder, entries.size(), 0);
    SideBySide.each(
        entries,
        THREADS,
        Receiver::new,
        (receiver, entry) -> {
          var in = remote.open(entry.md5());
          if (in.isEmpty()) {
            lacking.add(entry);
          } else if (!receiver.receive(in.get(), cache, entry, arrival)) {
            damaged.add(entry);
          }
          progress.did(1, receiver.bytes);
        });
    progress.end();
    if (!lacking.isEmpty()) {
      throw new WorkProblem(
          "%s lacks %s of %s".formatted(remote.address(), some(lacking), folder),
          "have whoever has them push them again: fovea dataset push");
    }
    if (!damaged.isEmpty()) {
      throw new WorkProblem(
          "%s has %s of %s with other bytes than their names say"
              .formatted(remote.address(), some(damaged), folder),
          "remove these objects there and have whoever has the files push them again");
    }
  }

  private static String some(Queue<Entry> entries) {
    var paths = entries.stream().map(Entry::path).sorted().toList();
    return "%d objects ('%s'%s)"
        .formatted(
            paths.size(),
            Text.excerpt(String.join("', '", paths.subList(0, Math.min(SHOWN, paths.size())))),
            paths.size() > SHOWN ? ", …" : "");
  }

  /** Receives one object after the other, with one buffer. */
  private static final class Receiver {
    private final byte[] buffer = new byte[BUFFER];
    private final MessageDigest md5 = Md5.hasher();
    private long bytes;

    /** Whether they are what the name says; only then are they kept. */
    boolean receive(InputStream in, ObjectCache cache, Entry entry, Arrival arrival)
        throws IOException {
      var name = entry.md5();
      try (in) {
        int n = in.readNBytes(buffer, 0, buffer.length);
        bytes = n;
        if (n < buffer.length) {
          md5.update(buffer, 0, n);
          var all = ByteBuffer.wrap(buffer, 0, n);
          return keep(
              name,
              hash -> {
                cache.put(hash, suffix(name), all);
                arrival.of(entry, all.rewind());
              });
        }
        try (var writing = cache.writing()) {
          for (; n > 0; n = in.readNBytes(buffer, 0, buffer.length)) {
            md5.update(buffer, 0, n);
            writing.write(ByteBuffer.wrap(buffer, 0, n));
            bytes += n;
          }
          return keep(name, hash -> writing.finish(hash, suffix(name)));
        }
      }
    }

    private interface Keeping {
      void keep(Hash hash) throws IOException;
    }

    private boolean keep(String name, Keeping keeping) throws IOException {
      var found = HexFormat.of().formatHex(md5.digest());
      if (!name.startsWith(found)) {
        return false;
      }
      keeping.keep(Hash.parse(found));
      return true;
    }

    private static String suffix(String name) {
      return name.substring(32);
    }
  }
}
