package dev.fovea.dvc.work;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remote.Upload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code dvc push}: sends what a remote lacks. The object of a folder goes last, when all its files
 * are there: so it proves them, to Fovea and to DVC. Killed at any moment, it is simply run again.
 */
public final class Pushing {
  private static final int THREADS = 16;
  private static final int BATCHES_AT_ONCE = 4;
  private static final long MOST_BATCH = 16L << 20;
  private static final int SMALL = 1 << 20;
  private static final int EARLIER = 5;
  private static final Duration FRESH = Duration.ofDays(1);

  private final WorkingCopy copy;
  private final Remote remote;
  private final Progress progress;
  private final PushLog log;
  private final Clock clock;
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  public Pushing(WorkingCopy copy, Remote remote, Progress progress) {
    this(copy, remote, progress, Clock.systemUTC());
  }

  Pushing(WorkingCopy copy, Remote remote, Progress progress, Clock clock) {
    this.clock = clock;
    this.copy = copy;
    this.remote = remote;
    this.progress = progress;
    this.log = copy.pushLog(remote.address());
  }

  /** How much was sent: objects of folders count as files. */
  public record Pushed(long files, long bytes) {}

  /**
   * Sends everything of these, but nothing of imports.
   *
   * @throws WorkProblem when the cache lacks an object, or has a damaged one
   */
  public Pushed push(List<Tracked> tracked) throws IOException {
    for (var each : tracked) {
      if (each.isImport()) {
        continue; // its objects are its own repository's affair
      }
      var there = remote.find(each.name());
      if (there.isEmpty()) {
        // What is there already is built on from here: nobody may remove it meanwhile.
        try (var lease = Lease.take(remote, Lease.Kind.PUSH, clock)) {
          send(each, lease);
        }
      } else if (there.get().modified().isBefore(clock.instant().minus(FRESH))) {
        refresh(each);
      }
      if (each.file().isFolder() && !log.names().contains(each.name())) {
        log.add(each.name());
      }
    }
    return new Pushed(files.get(), bytes.get());
  }

  /**
   * Sent again, so that it is young again: it may have been there since a commit that is gone, and
   * a removal that does not know of this one yet goes by age.
   */
  private void refresh(Tracked tracked) throws IOException {
    var object = copy.cache().directory(tracked.name());
    if (!remote.lists() || !Files.exists(object)) {
      return;
    }
    try (var _ = Lease.take(remote, Lease.Kind.PUSH, clock)) {
      var upload = new Upload(tracked.name(), object, Files.size(object));
      check(upload, Map.of(tracked.name(), tracked.path()));
      remote.put(upload);
    }
  }

  private void send(Tracked tracked, Lease lease) throws IOException {
    var cache = copy.cache();
    var paths = new LinkedHashMap<String, String>();
    if (tracked.file().isFolder()) {
      var directory = FolderObjects.read(cache, tracked.name());
      directory.entries().forEach(entry -> paths.putIfAbsent(entry.md5(), entry.path()));
      sendAll(cache, paths, tracked.path(), lease);
    }
    upload(
        cache,
        Map.of(tracked.name(), tracked.path()),
        List.of(tracked.name()),
        tracked.path(),
        lease);
  }

  private void sendAll(ObjectCache cache, Map<String, String> paths, String folder, Lease lease)
      throws IOException {
    var open = new HashSet<>(paths.keySet());
    open.removeAll(known(cache));
    var lacking = new Presence(remote).lacking(open);
    progress.begin("pushing " + folder, lacking.size(), 0);
    upload(cache, paths, lacking, folder, lease);
    progress.end();
  }

  /** The files of a folder that was pushed before and is still there. */
  private Set<String> known(ObjectCache cache) throws IOException {
    for (var name : log.names().stream().limit(EARLIER).toList()) {
      if (Files.exists(cache.directory(name)) && remote.has(name)) {
        var known = new HashSet<String>();
        FolderObjects.read(cache, name).entries().forEach(entry -> known.add(entry.md5()));
        return known;
      }
    }
    return Set.of();
  }

  private void upload(
      ObjectCache cache,
      Map<String, String> paths,
      Collection<String> names,
      String folder,
      Lease lease)
      throws IOException {
    var uploads = new ArrayList<Upload>();
    for (var name : names) {
      uploads.add(new Upload(name, cache.directory(name), size(cache, name, paths, folder)));
    }
    int threads = remote.together() > 1 ? BATCHES_AT_ONCE : THREADS;
    SideBySide.each(
        batches(uploads),
        threads,
        () -> remote,
        (to, batch) -> {
          lease.renew();
          for (var upload : batch) {
            check(upload, paths);
          }
          to.putAll(
              batch,
              sent -> {
                files.incrementAndGet();
                bytes.addAndGet(sent.bytes());
                progress.did(1, sent.bytes());
              });
        });
  }

  private static long size(ObjectCache cache, String name, Map<String, String> paths, String folder)
      throws IOException {
    Path file = cache.directory(name);
    if (!Files.exists(file)) {
      throw new WorkProblem(
          "the cache lacks '%s' of %s, the object %s".formatted(paths.get(name), folder, name),
          "run: fovea dataset pull; or add the folder again");
    }
    return Files.size(file);
  }

  private List<List<Upload>> batches(List<Upload> uploads) {
    var batches = new ArrayList<List<Upload>>();
    var batch = new ArrayList<Upload>();
    long size = 0;
    for (var upload : uploads) {
      boolean alone = upload.bytes() > SMALL;
      if (alone || batch.size() >= remote.together() || size + upload.bytes() > MOST_BATCH) {
        if (!batch.isEmpty()) {
          batches.add(batch);
        }
        batch = new ArrayList<>();
        size = 0;
      }
      if (alone) {
        batches.add(List.of(upload));
      } else {
        batch.add(upload);
        size += upload.bytes();
      }
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  /** What a disk has changed is not passed on. */
  private static void check(Upload upload, Map<String, String> paths) throws IOException {
    var md5 = Md5.hasher();
    if (upload.bytes() <= SMALL) {
      md5.update(Files.readAllBytes(upload.file()));
    } else {
      try (var in = Files.newInputStream(upload.file())) {
        var buffer = new byte[SMALL];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          md5.update(buffer, 0, n);
        }
      }
    }
    var found = HexFormat.of().formatHex(md5.digest());
    if (!upload.name().startsWith(found)) {
      throw new WorkProblem(
          "the cache's object of '%s' is damaged: its bytes have the MD5 %s (expected: %s)"
              .formatted(paths.get(upload.name()), found, upload.name()),
          "remove %s, then add the folder again".formatted(upload.file()));
    }
  }
}
