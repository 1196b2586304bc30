package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcDirectory.Entry;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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
    var cache = copy.cache();
    if (!Files.exists(cache.directory(tracked.name()))) {
      if (!remote.has(tracked.name())) {
        return new Verified(1, List.of(new Hole(tracked.path(), tracked.name(), Fault.MISSING)));
      }
      new Pulling(copy, remote, progress, false).fetchObject(tracked);
    }
    var entries = new LinkedHashMap<String, Entry>();
    entries.put(tracked.name(), new Entry(tracked.name(), tracked.path()));
    if (tracked.file().isFolder()) {
      for (var entry : FolderObjects.read(cache, tracked.name()).entries()) {
        entries.putIfAbsent(
            entry.md5(), new Entry(entry.md5(), tracked.path() + "/" + entry.path()));
      }
    }
    Queue<Hole> holes = new ConcurrentLinkedQueue<>();
    var lacking = new Presence(remote).lacking(entries.keySet());
    for (var entry : entries.values()) {
      if (lacking.contains(entry.md5())) {
        holes.add(hole(entry, Fault.MISSING));
      }
    }
    if (bytes) {
      var missing = holes.stream().map(Hole::name).toList();
      var there = entries.values().stream().filter(each -> !missing.contains(each.md5())).toList();
      read(there, holes, tracked.path());
    }
    var sorted = new ArrayList<>(holes);
    sorted.sort(Comparator.comparing(Hole::path));
    return new Verified(entries.size(), sorted);
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
          var md5 = Md5.hasher();
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
