package dev.fovea.dvc.tree;

import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.Linking;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.FreshFiles;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.Snapshot;
import dev.fovea.dvc.disk.Snapshot.Hash;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code dvc checkout}: makes folders what their {@code .dvc} files say, from the cache. Files
 * whose content is nowhere else are not written over, unless by force.
 */
public final class Checkout {
  private static final int SHOWN = 5;

  private final WorkingCopy copy;
  private final Progress progress;
  private final boolean force;

  /**
   * @param force whether what was changed and not added may be lost
   */
  public Checkout(WorkingCopy copy, Progress progress, boolean force) {
    this.copy = copy;
    this.progress = progress;
    this.force = force;
  }

  /** What was done. */
  public record Done(long written, long removed) {}

  /**
   * Does so.
   *
   * @throws WorkProblem when the cache lacks something, or something would be lost
   */
  public Done checkout(Tracked tracked) throws IOException {
    var named = copy.naming(tracked);
    if (named != copy) {
      return new Checkout(named, progress, force).checkout(tracked);
    }
    try (var _ = CacheLock.share(copy.cache())) {
      return look(tracked);
    }
  }

  private Done look(Tracked tracked) throws IOException {
    var place = copy.root().resolve(tracked.path());
    // A file takes the place of a link there; a folder's files would be written behind it.
    refuseLinks(tracked.file().isFolder() ? place : AtomicFiles.parent(place));
    requireSameKind(place, tracked);
    var wanted = wanted(copy.cache(), tracked);
    var now = new Contents(copy, progress).look(tracked.path()).map(Contents.Look::now);
    var found = Comparison.of(now.orElseGet(Snapshot::none), wanted);
    requireNothingLost(found, tracked.path());
    return checkout(tracked, wanted, found);
  }

  /** A folder's files would be looked for beside the file, and the other way round. */
  private static void requireSameKind(Path place, Tracked tracked) {
    boolean folder = tracked.file().isFolder();
    if (Files.exists(place) && Files.isDirectory(place) != folder) {
      throw new WorkProblem(
          "%s is a %s (expected: a %s, as %s says)"
              .formatted(
                  place,
                  folder ? "file" : "folder",
                  folder ? "folder" : "file",
                  tracked.description().getFileName()),
          "move it away, then repeat");
    }
  }

  /**
   * @param placed the numbers of the files that were written just now, by {@link #placing}
   */
  public Done checkout(Tracked tracked, DvcDirectory wanted, BitSet placed) throws IOException {
    var done = checkout(tracked, wanted, Comparison.having(placed, wanted));
    return new Done(done.written() + placed.cardinality(), done.removed());
  }

  private Done checkout(Tracked tracked, DvcDirectory wanted, Comparison found) throws IOException {
    var place = copy.root().resolve(tracked.path());
    boolean folder = tracked.file().isFolder();
    var root = folder ? place : AtomicFiles.parent(place);
    for (int i = found.surplus().nextSetBit(0); i >= 0; i = found.surplus().nextSetBit(i + 1)) {
      var file = root.resolve(found.now().stats().paths().get(i));
      Files.delete(file);
      removeEmpty(root, AtomicFiles.parent(file));
    }
    Files.createDirectories(root); // that of a stage's output may not be there yet
    write(copy.cache(), root, wanted, found.open().stream().toArray(), tracked.path());
    if (folder) {
      new Contents(copy, progress).remember(tracked.path(), wanted);
    }
    return new Done(found.open().cardinality(), found.surplus().cardinality());
  }

  /** Writes the files of a folder that is not there yet. */
  public final class Placing {
    private final Path root;
    private final Path staging;
    private final ObjectCache cache;
    private final Linking linking;
    private final Map<Path, Boolean> folders = new ConcurrentHashMap<>();

    private Boolean made(Path folder) {
      try {
        makeFolders(root, folder);
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Placing(Path root) throws IOException {
      this.root = root;
      this.staging = staging(copy);
      cache = copy.cache();
      linking = new Linking(cache, copy.linkTypes());
      Files.createDirectories(root);
    }

    /**
     * @param bytes of the object, which is in the cache
     */
    public void place(Entry entry, ByteBuffer bytes) throws IOException {
      var place = root.resolve(entry.path());
      // Others wait until it is made.
      folders.computeIfAbsent(AtomicFiles.parent(place), this::made);
      var fresh = fresh(staging);
      FreshFiles.writing(
          fresh,
          () -> {
            linking.place(cache.directory(entry.md5()), fresh, bytes);
            return fresh;
          });
      AtomicFiles.replace(fresh, place);
    }
  }

  public Placing placing(Tracked tracked) throws IOException {
    var root = copy.root().resolve(tracked.path());
    refuseLinks(root);
    return new Placing(root);
  }

  /** Where files are made before they are put in their places. */
  static Path staging(WorkingCopy copy) throws IOException {
    var staging = Files.createDirectories(copy.settings().resolve("tmp").resolve("fovea"));
    FreshFiles.sweep(staging, "*.{out,new}", Clock.systemUTC());
    return staging;
  }

  /** A file there that nobody else makes. */
  static Path fresh(Path staging) {
    var random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return staging.resolve(random + ".out");
  }

  private static DvcDirectory wanted(ObjectCache cache, Tracked tracked) throws IOException {
    return tracked.file().isFolder()
        ? FolderObjects.read(cache, tracked.name())
        : new DvcDirectory(List.of(new Entry(tracked.name(), tracked.file().path())));
  }

  private void requireNothingLost(Comparison found, String folder) throws IOException {
    if (force) {
      return;
    }
    var cache = copy.cache();
    var now = found.now();
    var lost = found.replaced().stream().filter(i -> !cache.has(Hash.of(now.md5s(), i))).toArray();
    if (lost.length > 0) {
      var paths = Arrays.stream(lost).limit(SHOWN).mapToObj(now.stats().paths()::get).toList();
      throw new WorkProblem(
          "%d files of %s were changed and not added: %s%s"
              .formatted(
                  lost.length,
                  folder,
                  Text.excerpt(String.join(", ", paths)),
                  lost.length > SHOWN ? ", …" : ""),
          "run: fovea dataset add %s, or repeat with --force to lose them".formatted(folder));
    }
  }

  /** A link in the way would lead what is written to somewhere else. */
  private void refuseLinks(Path place) {
    for (var path = place; path != null && !path.equals(copy.root()); path = path.getParent()) {
      if (Files.isSymbolicLink(path)) {
        throw new WorkProblem("%s is a link".formatted(path), "remove it, then repeat");
      }
    }
  }

  private void write(ObjectCache cache, Path root, DvcDirectory wanted, int[] open, String what)
      throws IOException {
    var staging = staging(copy);
    var linking = new Linking(cache, copy.linkTypes());
    progress.begin("checking out " + what, open.length, 0);
    SideBySide.each(
        open.length,
        Runtime.getRuntime().availableProcessors(),
        () -> staging,
        (through, n) -> {
          var entry = wanted.entries().get(open[n]);
          var object = cache.directory(entry.md5());
          if (!Files.exists(object)) {
            throw new WorkProblem(
                "the cache lacks '%s' of %s, the object %s"
                    .formatted(entry.path(), what, entry.md5()),
                "run: fovea dataset pull");
          }
          var place = root.resolve(entry.path());
          makeFolders(root, AtomicFiles.parent(place));
          var fresh = fresh(through);
          long bytes = linking.place(object, fresh, entry);
          AtomicFiles.replace(fresh, place);
          progress.did(1, bytes);
        });
    progress.end();
  }

  private void makeFolders(Path root, Path folder) throws IOException {
    if (folder.equals(root) || Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    makeFolders(root, AtomicFiles.parent(folder));
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      refuseLinks(folder);
    }
    Files.createDirectories(folder);
  }

  private static void removeEmpty(Path root, Path folder) throws IOException {
    for (var each = folder; !each.equals(root); each = AtomicFiles.parent(each)) {
      try (var children = Files.list(each)) {
        if (children.findAny().isPresent()) {
          return;
        }
      }
      Files.delete(each);
    }
  }
}
