package dev.fovea.dvc.tree;

import dev.fovea.dvc.cache.LinkType;
import dev.fovea.dvc.cache.Linking;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.FileStat;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.Snapshot;
import dev.fovea.dvc.disk.Snapshot.Hash;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code dvc checkout --relink}: makes files that are as they should be links of the kind that
 * {@code cache.type} asks for, or files of their own again. A file that was written meanwhile stays
 * as it is, and so does a link that somebody made to another file of the repository.
 */
public final class Relinking {
  private final WorkingCopy copy;
  private final Progress progress;

  public Relinking(WorkingCopy copy, Progress progress) {
    this.copy = copy;
    this.progress = progress;
  }

  /**
   * Does so with what something that is tracked holds now.
   *
   * @return how many files are another kind now
   * @throws WorkProblem when an object of the cache is damaged: its file stays as it is
   */
  public long relink(Tracked tracked) throws IOException {
    var named = copy.naming(tracked);
    if (named != copy) {
      return new Relinking(named, progress).relink(tracked);
    }
    var look = new Contents(copy, progress).look(tracked.path());
    return look.isEmpty() ? 0 : relink(tracked.path(), look.get());
  }

  /** The same where it was looked at just now. */
  long relink(String path, Contents.Look look) throws IOException {
    var now = look.now();
    var place = copy.root().resolve(path);
    var work = new Work(look.isFolder() ? place : AtomicFiles.parent(place), now);
    progress.begin("linking " + path, now.size(), now.bytes());
    SideBySide.each(
        now.size(),
        Runtime.getRuntime().availableProcessors(),
        () -> work,
        (tools, i) -> {
          tools.relink(i);
          progress.did(1, now.stats().bytes(i));
        });
    progress.end();
    if (look.isFolder() && work.done.get() > 0 && work.left.get() == 0) {
      new Contents(copy, progress).remember(path, now.directory());
    }
    return work.done.get();
  }

  private final class Work {
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong left = new AtomicLong();
    private final Path root;
    private final Snapshot now;
    private final ObjectCache cache = copy.cache();
    private final FollowedLinks links = new FollowedLinks(copy);
    private final Path staging = Checkout.staging(copy);
    private final Map<LinkType, Linking> better = new EnumMap<>(LinkType.class);

    Work(Path root, Snapshot now) throws IOException {
      this.root = root;
      this.now = now;
      for (var kind : List.of(LinkType.COPY, LinkType.HARDLINK, LinkType.SYMLINK)) {
        better.put(kind, new Linking(cache, better(kind)));
      }
    }

    /** What is preferred to what a file is. A clone can't be told from a copy. */
    private List<LinkType> better(LinkType kind) {
      var types = copy.linkTypes();
      int end = 0;
      while (end < types.size()
          && types.get(end) != kind
          && !(kind == LinkType.COPY && types.get(end) == LinkType.REFLINK)) {
        end++;
      }
      return types.subList(0, end);
    }

    void relink(int i) throws IOException {
      var md5 = Hash.of(now.md5s(), i);
      var place = root.resolve(now.stats().paths().get(i));
      var object = cache.path(md5, "");
      var kind = kind(place, object);
      if (kind.isEmpty() || better(kind.get()).isEmpty() || now.stats().bytes(i) == 0) {
        return;
      }
      var fresh = Checkout.fresh(staging);
      var entry = new Entry(md5.hex(), now.stats().paths().get(i));
      var linking = better.get(kind.get());
      if (linking == null || linking.tryPlacing(object, fresh, entry).isEmpty()) {
        return;
      }
      try {
        if (isAsItWas(place, i)) {
          AtomicFiles.replace(fresh, place);
          done.incrementAndGet();
        } else {
          left.incrementAndGet();
        }
      } finally {
        Files.deleteIfExists(fresh);
      }
    }

    private boolean isAsItWas(Path place, int i) throws IOException {
      try {
        var file = FileStat.of("", Files.readAttributes(place, BasicFileAttributes.class));
        var stats = now.stats();
        return file.same(stats.bytes(i), stats.modified(i), stats.inode(i));
      } catch (NoSuchFileException _) {
        return false;
      }
    }

    /** Absent for what is no file of the cache's and none of its own. */
    private Optional<LinkType> kind(Path place, Path object) throws IOException {
      if (!Files.exists(place) || !Files.exists(object)) {
        return Optional.empty();
      }
      if (Files.isSymbolicLink(place)) {
        return links.ownObject(place).map(_ -> LinkType.SYMLINK);
      }
      return Optional.of(Files.isSameFile(place, object) ? LinkType.HARDLINK : LinkType.COPY);
    }
  }
}
