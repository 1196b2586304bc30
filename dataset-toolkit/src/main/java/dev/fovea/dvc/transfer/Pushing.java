package dev.fovea.dvc.transfer;

import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.cache.ObjectIndex;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.pack.PackBuilder;
import dev.fovea.dvc.pack.PackBuilder.Share;
import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remote.Upload;
import dev.fovea.dvc.work.PushLog;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * {@code dvc push}: sends what a remote lacks. The object of a folder goes last, when all its files
 * are there: so it proves them, to Fovea and to DVC. Killed at any moment, it is simply run again.
 */
public final class Pushing {
  private static final int THREADS = 16;
  private static final int BATCHES_AT_ONCE = 4;

  /** Each takes as much memory as a pack has bytes. */
  private static final int PACKS_AT_ONCE = 2;

  private static final int EARLIER = 5;
  private static final Duration FRESH = Duration.ofDays(1);

  private final WorkingCopy copy;
  private final Remote remote;
  private final Predicate<Tracked> packed;

  /** Where packs go; absent where what is sent now lies loose. */
  private final Optional<PackFiles> packs;

  private final Progress progress;
  private final PushLog log;
  private final Clock clock;
  private final AtomicLong files;
  private final AtomicLong bytes;

  /** Sends all of it loose, as stock {@code dvc} pulls it. */
  public Pushing(WorkingCopy copy, Remote remote, Progress progress) {
    this(copy, remote, progress, _ -> false);
  }

  /**
   * Sends the small files of some folders in packs, which stock {@code dvc} pulls when they were
   * exploded.
   *
   * @param packed of which folders
   */
  public Pushing(WorkingCopy copy, Remote remote, Progress progress, Predicate<Tracked> packed) {
    this(copy, remote, progress, packed, Clock.systemUTC());
  }

  Pushing(
      WorkingCopy copy, Remote remote, Progress progress, Predicate<Tracked> packed, Clock clock) {
    this.clock = clock;
    this.copy = copy;
    this.remote = remote;
    this.packed = packed;
    this.packs = Optional.empty();
    this.progress = progress;
    this.log = copy.pushLog(remote.address());
    this.files = new AtomicLong();
    this.bytes = new AtomicLong();
  }

  private Pushing(Pushing same, WorkingCopy named, Remote remote, Optional<PackFiles> packs) {
    copy = named;
    this.remote = remote;
    this.packs = packs;
    packed = same.packed;
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

  /**
   * One that sends what DVC 2 named to where DVC 2 had it; what goes into packs, there; and all
   * else to where stock {@code dvc} finds it, even if packs have it.
   */
  private Pushing named(Tracked tracked) {
    var other = copy.naming(tracked);
    if (other != copy) {
      return new Pushing(this, other, remote.named(other.naming()), Optional.empty());
    }
    if (!packed.test(tracked) || !tracked.file().isFolder()) {
      return new Pushing(this, copy, remote.loose(), Optional.empty());
    }
    var to =
        remote
            .packFiles()
            .orElseThrow(() ->
                new InvalidRequest(
                    "%s takes no packs".formatted(remote.address()),
                    "push without --packs; packs go to S3 and to folders"));
    return new Pushing(this, copy, remote, Optional.of(to));
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
      if (packs.isPresent() && !remote.loose().has(tracked.name())) {
        packs.get().put(tracked.name(), object);
      } else {
        remote.put(upload);
      }
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
      IntFunction<Entry> entries =
          i -> new Entry(objects.name(lacking[i]), objects.path(lacking[i]));
      if (packs.isPresent()) {
        pack(cache, lacking.length, entries, tracked, lease, packs.get());
      } else {
        upload(cache, lacking.length, entries, tracked.path(), lease);
      }
      progress.end();
    }
    if (packs.isEmpty()) {
      upload(cache, 1, _ -> new Entry(tracked.name(), tracked.path()), tracked.path(), lease);
    }
  }

  /** Large files lie loose; small ones go in packs; then the folder's object beside the packs. */
  private void pack(
      ObjectCache cache,
      int count,
      IntFunction<Entry> objects,
      Tracked tracked,
      Lease lease,
      PackFiles to)
      throws IOException {
    var sizes = new long[count];
    var large = new BitSet(count);
    for (int i = 0; i < count; i++) {
      sizes[i] = size(cache, objects.apply(i), tracked.path());
      large.set(i, sizes[i] > PackBuilder.SMALL);
    }
    var loose = large.stream().toArray();
    upload(cache, loose.length, i -> objects.apply(loose[i]), tracked.path(), lease);
    var small = IntStream.range(0, count).filter(i -> !large.get(i)).toArray();
    var shares = PackBuilder.shares(Arrays.stream(small).mapToLong(i -> sizes[i]).toArray());
    int most = shares.stream().mapToInt(Share::bytes).max().orElse(0);
    SideBySide.each(
        shares,
        PACKS_AT_ONCE,
        () -> new PackBuilder(most),
        (builder, share) -> {
          lease.renew();
          builder.begin();
          for (int i = share.from(); i < share.to(); i++) {
            var entry = objects.apply(small[i]);
            var file = cache.directory(entry.md5());
            var found = builder.add(file, (int) sizes[small[i]]);
            requireName(entry.md5(), found, file, entry.path());
          }
          var pack = builder.finish();
          // The pack first: an index leads to nothing that is not there.
          var index = pack.index().bytes();
          to.put(pack.digest().hex() + ".pack", pack.bytes(), pack.length(), pack.digest());
          to.put(pack.digest().hex() + ".idx", index, index.length, Digest.sha256(index));
          sent(share.to() - share.from(), share.bytes());
        });
    var folder = cache.directory(tracked.name());
    var own = new Upload(tracked.name(), folder, Files.size(folder));
    check(own, tracked.path());
    to.put(own.name(), own.file());
    sent(1, own.bytes());
  }

  private void sent(int more, long itsBytes) {
    files.addAndGet(more);
    bytes.addAndGet(itsBytes);
    progress.did(more, itsBytes);
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
          to.putAll(uploads, each -> sent(1, each.bytes()));
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
    requireName(upload.name(), copy.naming().hex(upload.file()), upload.file(), path);
  }

  private static void requireName(String name, String found, Path file, String path) {
    if (!name.startsWith(found)) {
      throw new WorkProblem(
          "the cache's object of '%s' is damaged: its bytes have the MD5 %s (expected: %s)"
              .formatted(path, found, name),
          "remove %s, then add the folder again".formatted(file));
    }
  }
}
