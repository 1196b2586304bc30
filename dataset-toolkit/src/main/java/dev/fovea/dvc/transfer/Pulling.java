package dev.fovea.dvc.transfer;

import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.cache.ObjectIndex;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.Snapshot.Hash;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;

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

  /**
   * Is told of a file that came, by its number among those asked for, while its bytes are at hand.
   */
  private interface Arrival {
    void of(int number, Entry entry, ByteBuffer bytes) throws IOException;
  }

  /**
   * Gets everything of one, and checks it out.
   *
   * @throws WorkProblem when the remote lacks something, or gave something else; names the files
   */
  public Pulled pull(Tracked tracked) throws IOException {
    var named = named(tracked);
    if (named != this) {
      return named.pull(tracked);
    }
    try (var _ = CacheLock.share(copy.cache())) {
      return get(tracked);
    }
  }

  /** One that asks for what DVC 2 named, where that is tracked. */
  private Pulling named(Tracked tracked) {
    var other = copy.naming(tracked);
    return other == copy ? this : new Pulling(other, remote.named(other.naming()), progress, force);
  }

  private Pulled get(Tracked tracked) throws IOException {
    long came = fetchObject(tracked);
    var checkout = new Checkout(copy, progress, force);
    if (!tracked.file().isFolder()) {
      return new Pulled(tracked.path(), came, checkout.checkout(tracked));
    }
    var folder = FolderObjects.read(copy.cache(), tracked.name());
    var open = lacking(folder);
    if (Files.exists(copy.root().resolve(tracked.path()))) {
      getAll(folder, open, tracked.path(), (_, _, _) -> {});
      return new Pulled(tracked.path(), came + open.length, checkout.checkout(tracked));
    }
    // Into a folder that is not there yet, files are written as they come.
    var placing = checkout.placing(tracked);
    var placed = new BitSet(folder.size());
    getAll(
        folder,
        open,
        tracked.path(),
        (number, entry, bytes) -> {
          placing.place(entry, bytes);
          synchronized (placed) {
            placed.set(open[number]);
          }
        });
    return new Pulled(
        tracked.path(), came + open.length, checkout.checkout(tracked, folder, placed));
  }

  /** Gets everything of one into the cache. */
  public long fetch(Tracked tracked) throws IOException {
    var named = named(tracked);
    if (named != this) {
      return named.fetch(tracked);
    }
    long came = fetchObject(tracked);
    if (!tracked.file().isFolder()) {
      return came;
    }
    var folder = FolderObjects.read(copy.cache(), tracked.name());
    var open = lacking(folder);
    getAll(folder, open, tracked.path(), (_, _, _) -> {});
    return came + open.length;
  }

  /**
   * Gets a single file, or the files of a folder and then keeps the folder's object.
   *
   * @param name of the file's object
   * @param folder empty for a single file
   * @param path for people
   */
  public void fetch(String name, Optional<DvcDirectory> folder, String path) throws IOException {
    var files = folder.orElseGet(() -> new DvcDirectory(List.of(new Entry(name, path))));
    getAll(files, lacking(files), path, (_, _, _) -> {});
    if (folder.isPresent()) {
      copy.cache().keep(files, name);
    }
  }

  /**
   * Gets some files of a folder, and not the folder's object.
   *
   * @param folder for people
   */
  public void fetch(DvcDirectory files, String folder) throws IOException {
    getAll(files, lacking(files), folder, (_, _, _) -> {});
  }

  /** The first files of all objects that the cache lacks. */
  private int[] lacking(DvcDirectory folder) throws IOException {
    var cache = copy.cache();
    return new ObjectIndex(folder)
        .all().stream().filter(i -> !cache.has(Hash.of(folder.md5s(), i))).toArray();
  }

  /** Gets the object that a {@code .dvc} file names, unless the cache has it. */
  public long fetchObject(Tracked tracked) throws IOException {
    var named = named(tracked);
    if (named != this) {
      return named.fetchObject(tracked);
    }
    var cache = copy.cache();
    if (Files.exists(cache.directory(tracked.name()))) {
      return 0;
    }
    var entry = new Entry(tracked.name(), tracked.path());
    getAll(1, _ -> entry, tracked.path(), (_, _, _) -> {});
    return 1;
  }

  private void getAll(DvcDirectory folder, int[] open, String path, Arrival arrival)
      throws IOException {
    getAll(open.length, n -> folder.entries().get(open[n]), path, arrival);
  }

  private void getAll(int count, IntFunction<Entry> entries, String folder, Arrival arrival)
      throws IOException {
    var cache = copy.cache();
    Queue<Entry> lacking = new ConcurrentLinkedQueue<>();
    Queue<Entry> damaged = new ConcurrentLinkedQueue<>();
    progress.begin("pulling " + folder, count, 0);
    SideBySide.each(
        count,
        THREADS,
        () -> new Receiver(copy.naming().hasher()),
        (receiver, number) -> {
          var entry = entries.apply(number);
          var in = remote.open(entry.md5());
          if (in.isEmpty()) {
            lacking.add(entry);
          } else if (!receiver.receive(in.get(), cache, number, entry, arrival)) {
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
    private final MessageDigest md5;
    private long bytes;

    Receiver(MessageDigest md5) {
      this.md5 = md5;
    }

    /** Whether they are what the name says; only then are they kept. */
    boolean receive(InputStream in, ObjectCache cache, int number, Entry entry, Arrival arrival)
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
                arrival.of(number, entry, all.rewind());
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
