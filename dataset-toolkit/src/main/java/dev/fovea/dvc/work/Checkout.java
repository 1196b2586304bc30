package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcDirectory.Entry;
import dev.fovea.dvc.work.Snapshot.Hash;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code dvc checkout}: makes folders what their {@code .dvc} files say, from the cache. Files
 * whose content is nowhere else are not written over, unless by force.
 */
public final class Checkout {
  private static final int SHOWN = 5;
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

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
    return checkout(tracked, Set.of());
  }

  /**
   * @param placed files that were written just now, by {@link #placing}
   */
  Done checkout(Tracked tracked, Set<String> placed) throws IOException {
    var cache = copy.cache();
    var place = copy.root().resolve(tracked.path());
    refuseLinks(place);
    boolean folder = tracked.file().isFolder();
    var wanted = wanted(cache, tracked);
    var root = folder ? place : AtomicFiles.parent(place);
    var now = new HashMap<String, Hash>();
    if (placed.isEmpty()) {
      now.putAll(now(tracked.path()));
      requireNothingLost(cache, now, wanted, tracked.path());
    } else {
      placed.forEach(path -> now.put(path, Objects.requireNonNull(wanted.get(path))));
    }

    var surplus = now.keySet().stream().filter(path -> !wanted.containsKey(path)).toList();
    var open = new ArrayList<Entry>();
    wanted.forEach((path, md5) -> {
      if (!md5.equals(now.get(path))) {
        open.add(new Entry(md5.hex(), path));
      }
    });
    for (var path : surplus) {
      Files.delete(root.resolve(path));
      removeEmpty(root, AtomicFiles.parent(root.resolve(path)));
    }
    if (folder) {
      Files.createDirectories(root);
    }
    write(cache, root, open, tracked.path());
    if (folder) {
      new Contents(copy, progress).remember(tracked.path(), wanted);
    }
    return new Done(open.size() + placed.size(), surplus.size());
  }

  /** Writes the files of a folder that is not there yet. */
  final class Placing {
    private final Path root;
    private final Path staging;
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
      this.staging = staging();
      Files.createDirectories(root);
    }

    void place(String path, ByteBuffer bytes) throws IOException {
      var place = root.resolve(path);
      // Others wait until it is made.
      folders.computeIfAbsent(AtomicFiles.parent(place), this::made);
      var fresh = fresh(staging);
      try (var channel = Files.newByteChannel(fresh, NEW)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      AtomicFiles.replace(fresh, place);
    }
  }

  Placing placing(Tracked tracked) throws IOException {
    var root = copy.root().resolve(tracked.path());
    refuseLinks(root);
    return new Placing(root);
  }

  private Path staging() throws IOException {
    return Files.createDirectories(copy.settings().resolve("tmp").resolve("fovea"));
  }

  private static Path fresh(Path staging) {
    var random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return staging.resolve(random + ".out");
  }

  private static Map<String, Hash> wanted(ObjectCache cache, Tracked tracked) throws IOException {
    var wanted = new HashMap<String, Hash>();
    if (tracked.file().isFolder()) {
      for (var entry : FolderObjects.read(cache, tracked.name()).entries()) {
        wanted.put(entry.path(), Hash.parse(entry.md5()));
      }
    } else {
      wanted.put(tracked.file().path(), Hash.parse(tracked.name()));
    }
    return wanted;
  }

  private Map<String, Hash> now(String path) throws IOException {
    var now = new HashMap<String, Hash>();
    new Contents(copy, progress)
        .look(path)
        .ifPresent(
            look -> look.now().files().forEach(each -> now.put(each.file().path(), each.md5())));
    return now;
  }

  private void requireNothingLost(
      ObjectCache cache, Map<String, Hash> now, Map<String, Hash> wanted, String folder) {
    if (force) {
      return;
    }
    var lost = new ArrayList<String>();
    now.forEach((path, md5) -> {
      if (!md5.equals(wanted.get(path)) && !cache.has(md5)) {
        lost.add(path);
      }
    });
    if (!lost.isEmpty()) {
      lost.sort(null);
      throw new WorkProblem(
          "%d files of %s were changed and not added: %s%s"
              .formatted(
                  lost.size(),
                  folder,
                  Text.excerpt(String.join(", ", lost.subList(0, Math.min(SHOWN, lost.size())))),
                  lost.size() > SHOWN ? ", …" : ""),
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

  private void write(ObjectCache cache, Path root, List<Entry> open, String what)
      throws IOException {
    var staging = staging();
    progress.begin("checking out " + what, open.size(), 0);
    SideBySide.each(
        open,
        () -> staging,
        (through, entry) -> {
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
          long bytes = CheckedCopy.write(object, fresh, entry);
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
