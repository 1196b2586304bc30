package dev.fovea.dvc.tree;

import dev.fovea.dvc.cache.LinkType;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.Snapshot;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code dvc status}: which folders and files are no longer what their {@code .dvc} files, or
 * {@code dvc.lock}, say.
 */
public final class Status {
  private final WorkingCopy copy;
  private final Progress progress;

  public Status(WorkingCopy copy, Progress progress) {
    this.copy = copy;
    this.progress = progress;
  }

  /** How something compares with its {@code .dvc} file. */
  public enum State {
    /** It is what the file says. */
    UNCHANGED,
    /** It holds something else. */
    MODIFIED,
    /** It is not there. */
    MISSING,
    /** It is an import, and its {@code .dvc} file does not say what it should hold. */
    UNPINNED
  }

  /**
   * One of them.
   *
   * @param files how many there are now
   * @param cached whether the cache has what the {@code .dvc} file says
   * @param imported whether it comes from another repository
   * @param stage that made it; absent for what was added
   * @param writtenThrough files that are links into the cache and were written to: the objects that
   *     they lead to are damaged
   */
  public record Entry(
      String path,
      State state,
      long files,
      boolean cached,
      boolean imported,
      Optional<String> stage,
      List<String> writtenThrough) {
    public Entry {
      writtenThrough = List.copyOf(writtenThrough);
    }
  }

  /** All of them, by path. */
  public List<Entry> look() throws IOException {
    boolean links = copy.linkTypes().stream().anyMatch(LinkType::leadsToTheObject);
    var entries = new ArrayList<Entry>();
    for (var tracked : copy.tracked()) {
      var named = copy.naming(tracked);
      var look = new Contents(named, progress).look(tracked.path());
      boolean cached = Files.exists(named.cache().directory(tracked.name()));
      var state =
          look.map(now -> now.name().equals(tracked.name()) ? State.UNCHANGED : State.MODIFIED)
              .orElse(State.MISSING);
      long files = look.map(now -> (long) now.now().size()).orElse(0L);
      entries.add(
          new Entry(
              tracked.path(),
              state,
              files,
              cached,
              tracked.isImport(),
              tracked.stage(),
              state == State.MODIFIED && links
                  ? writtenThrough(tracked, look.orElseThrow().now())
                  : List.of()));
    }
    for (var unpinned : copy.unpinned()) {
      boolean there = Files.exists(copy.root().resolve(unpinned.path()));
      var state = there ? State.UNPINNED : State.MISSING;
      entries.add(new Entry(unpinned.path(), state, 0, false, true, Optional.empty(), List.of()));
    }
    entries.sort(Comparator.comparing(Entry::path));
    return entries;
  }

  private List<String> writtenThrough(Tracked tracked, Snapshot now) throws IOException {
    return new WrittenThrough(copy.naming(tracked))
        .find(tracked, now).stream().map(WrittenThrough.Damage::path).toList();
  }
}
