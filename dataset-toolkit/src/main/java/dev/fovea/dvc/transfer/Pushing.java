package dev.fovea.dvc.transfer;

import dev.fovea.dvc.DvcDirectory.Entry;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.cache.ObjectIndex;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remote.Upload;
import dev.fovea.dvc.work.PushLog;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * {@code dvc push}: sends what a remote lacks. The object of a folder goes last, when all its files
 * are there: so it proves them, to Fovea and to DVC. Killed at any moment, it is simply run again.
 */
public final class Pushing {
  private static final int THREADS = 16;
  private static final int BATCHES_AT_ONCE = 4;
  private static final int EARLIER = 5;
  private static final Duration FRESH = Duration.ofDays(1);

  private final WorkingCopy copy;
  private final Remote remote;
  private final Progress progress;
  private final PushLog log;
  private final Clock clock;
  private final AtomicLong files;
  private final AtomicLong bytes;

  public Pushing(WorkingCopy copy, Remote remote, Progress progress) {
    this(copy, remote, progress, Clock.systemUTC());
  }

  Pushing(WorkingCopy copy, Remote remote, Progress progress, Clock clock) {
    this.clock = clock;
    this.copy = copy;
    this.remote = remote;
    this.progress = progress;
    this.log = copy.pushLog(remote.address());
    this.files = new AtomicLong();
    this.bytes = new AtomicLong();
  }

  private Pushing(Pushing same, WorkingCopy named) {
    copy = named;
    remote = same.remote.named(named.naming());
    progress = same.progress;
    clock = same.clock;
    log = named.pushLog(remote.address());
    files = same.files;
    bytes = same.bytes;
  }

  /** How much was sent: objects of folders count as files. */
  public record Pushed(long files, long bytes) {}

  /**
   * Sends everything of these, but nothing of imports and of what says {@code push: false}.
   *
   * @throws WorkProblem when the cache lacks an object, or has a damaged one
   */
  public Pushed push(List<Tracked> tracked) throws IOException {
    for (var each : tracked) {
      if (!each.isImport() && each.isPushed()) { // else its repository's affair, or nobody's
        named(each).push(each);
      }
    }
    return new Pushed(files.get(), bytes.get());
  }

  /** One that sends what DVC 2 named to where DVC 2 had it, where that is tracked. */
  private Pushing named(Tracked tracked) {
    var other = copy.naming(tracked);
    return other == copy ? this : new Pushing(this, other);
  }

  private void push(Tracked each) throws IOException {
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
      check(upload, tracked.path());
      remote.put(upload);
    }
  }

  private void send(Tracked tracked, Lease lease) throws IOException {
    var cache = copy.cache();
    if (tracked.file().isFolder()) {
      var folder = FolderObjects.read(cache, tracked.name());
      var objects = new ObjectIndex(folder);
      var open = objects.all();
      forgetKnown(cache, objects, open);
      var lacking = new Presence(remote).lacking(objects, open).stream().toArray();
      progress.begin("pushing " + tracked.path(), lacking.length, 0);
      upload(
          cache,
          lacking.length,
          i -> new Entry(objects.name(lacking[i]), objects.path(lacking[i])),
          tracked.path(),
          lease);
      progress.end();
    }
    upload(cache, 1, _ -> new Entry(tracked.name(), tracked.path()), tracked.path(), lease);
  }

  /** What a folder has that was pushed before and is still there is not asked for. */
  private void forgetKnown(ObjectCache cache, ObjectIndex objects, BitSet open) throws IOException {
    for (var name : log.names().stream().limit(EARLIER).toList()) {
      if (Files.exists(cache.directory(name)) && remote.has(name)) {
        objects.remove(FolderObjects.read(cache, name), open);
        return;
      }
    }
  }

  private void upload(
      ObjectCache cache, int count, IntFunction<Entry> objects, String folder, Lease lease)
      throws IOException {
    var sizes = new long[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = size(cache, objects.apply(i), folder);
    }
    int threads = remote.together() > 1 ? BATCHES_AT_ONCE : THREADS;
    SideBySide.each(
        Batches.of(sizes, remote.together()),
        threads,
        () -> remote,
        (to, batch) -> {
          lease.renew();
          var uploads = new ArrayList<Upload>();
          for (int i = batch.from(); i < batch.to(); i++) {
            var entry = objects.apply(i);
            var upload = new Upload(entry.md5(), cache.directory(entry.md5()), sizes[i]);
            check(upload, entry.path());
            uploads.add(upload);
          }
          to.putAll(
              uploads,
              sent -> {
                files.incrementAndGet();
                bytes.addAndGet(sent.bytes());
                progress.did(1, sent.bytes());
              });
        });
  }

  private static long size(ObjectCache cache, Entry entry, String folder) throws IOException {
    try {
      return Files.size(cache.directory(entry.md5()));
    } catch (NoSuchFileException _) {
      throw new WorkProblem(
          "the cache lacks '%s' of %s, the object %s".formatted(entry.path(), folder, entry.md5()),
          "run: fovea dataset pull; or add the folder again");
    }
  }

  /** What a disk has changed is not passed on. */
  private void check(Upload upload, String path) throws IOException {
    var found = copy.naming().hex(upload.file());
    if (!upload.name().startsWith(found)) {
      throw new WorkProblem(
          "the cache's object of '%s' is damaged: its bytes have the MD5 %s (expected: %s)"
              .formatted(path, found, upload.name()),
          "remove %s, then add the folder again".formatted(upload.file()));
    }
  }
}
