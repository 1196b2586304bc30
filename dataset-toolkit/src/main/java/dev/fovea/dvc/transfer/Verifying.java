package dev.fovea.dvc.transfer;

import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.ObjectIndex;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;

/**
 * Whether a remote can give everything back: DVC takes a folder's object for proof that its files
 * are there, and reads none of them.
 */
public final class Verifying {
  private static final int THREADS = 16;
  private static final int BUFFER = 256 << 10;

  private final WorkingCopy copy;
  private final Remote remote;
  private final Progress progress;

  public Verifying(WorkingCopy copy, Remote remote, Progress progress) {
    this.copy = copy;
    this.remote = remote;
    this.progress = progress;
  }

  /** What is wrong with an object. */
  public enum Fault {
    /** It is not there. */
    MISSING,
    /** Its bytes are not what its name says. */
    DAMAGED
  }

  /** One file that the remote could not give back. */
  public record Hole(String path, String name, Fault fault) {}

  /**
   * What was found.
   *
   * @param objects how many were asked for
   */
  public record Verified(long objects, List<Hole> holes) {}

  /**
   * Asks for every object of one.
   *
   * @param bytes whether each is read, and not only asked for
   */
  public Verified verify(Tracked tracked, boolean bytes) throws IOException {
    var named = copy.naming(tracked);
    if (named != copy) {
      var other = new Verifying(named, remote.named(named.naming()), progress);
      return other.verify(tracked, bytes);
    }
    var cache = copy.cache();
    if (tracked.file().isFolder() && !Files.exists(cache.directory(tracked.name()))) {
      if (!remote.has(tracked.name())) {
        return new Verified(1, List.of(new Hole(tracked.path(), tracked.name(), Fault.MISSING)));
      }
      new Pulling(copy, remote, progress, false).fetchObject(tracked);
    }
    Queue<Hole> holes = new ConcurrentLinkedQueue<>();
    var own = new Entry(tracked.name(), tracked.path());
    boolean there = remote.has(tracked.name());
    if (!there) {
      holes.add(hole(own, Fault.MISSING));
    } else if (bytes) {
      read(List.of(own), holes, tracked.path());
    }
    int objects = 1;
    if (tracked.file().isFolder()) {
      var folder = FolderObjects.read(cache, tracked.name());
      objects += verify(folder, tracked.path(), bytes, holes);
    }
    var sorted = new ArrayList<>(holes);
    sorted.sort(Comparator.comparing(Hole::path));
    return new Verified(objects, sorted);
  }

  /** Of the files; how many objects they have. */
  private int verify(DvcDirectory folder, String path, boolean bytes, Queue<Hole> holes)
      throws IOException {
    var objects = new ObjectIndex(folder);
    var all = objects.all();
    var lacking = new Presence(remote).lacking(objects, all);
    IntFunction<Entry> entry =
        object -> new Entry(objects.name(object), path + "/" + objects.path(object));
    lacking.stream().forEach(object -> holes.add(hole(entry.apply(object), Fault.MISSING)));
    int count = all.cardinality();
    if (bytes) {
      all.andNot(lacking);
      read(all.stream().mapToObj(entry).toList(), holes, path);
    }
    return count;
  }

  private void read(List<Entry> entries, Queue<Hole> holes, String what) throws IOException {
    progress.begin("reading " + what, entries.size(), 0);
    SideBySide.each(
        entries,
        THREADS,
        () -> new byte[BUFFER],
        (buffer, entry) -> {
          var in = remote.open(entry.md5());
          if (in.isEmpty()) {
            holes.add(hole(entry, Fault.MISSING));
            return;
          }
          var md5 = copy.naming().hasher();
          long bytes = 0;
          try (var stream = in.get()) {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
              md5.update(buffer, 0, n);
              bytes += n;
            }
          }
          if (!entry.md5().startsWith(HexFormat.of().formatHex(md5.digest()))) {
            holes.add(hole(entry, Fault.DAMAGED));
          }
          progress.did(1, bytes);
        });
    progress.end();
  }

  private static Hole hole(Entry entry, Fault fault) {
    return new Hole(entry.path(), entry.md5(), fault);
  }
}
