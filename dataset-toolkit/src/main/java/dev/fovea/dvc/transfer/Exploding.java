package dev.fovea.dvc.transfer;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.ObjectIndex;
import dev.fovea.dvc.disk.FreshFiles;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.pack.PackCatalog;
import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.pack.PackIndex;
import dev.fovea.dvc.pack.PackListing;
import dev.fovea.dvc.pack.PackListing.Both;
import dev.fovea.dvc.pack.PackRefused;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remote.Upload;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes loose objects of those in packs, so that stock {@code dvc} finds them: the files first,
 * then the folders whose files are all there. Packs stay, since somebody may be reading them.
 * Killed at any moment, it is simply run again: what is loose already is not sent again.
 *
 * <p>A pack is read whole and compared with the SHA-256 that names it, and each object with its MD5
 * and SHA-256, before anything of it is sent.
 */
public final class Exploding {
  private static final int PACKS_AT_ONCE = 2;
  private static final int BATCHES_OF_A_PACK_AT_ONCE = 2;
  private static final int BUFFER = 256 << 10;

  /** As many bytes as a folder's object has that Fovea reads. */
  private static final long MOST_FOLDER = 256L << 20;

  private static final String UNPACKED = ".unpacked";

  private final WorkingCopy copy;
  private final Remote remote;
  private final Remote loose;
  private final PackFiles packs;
  private final Progress progress;
  private final Clock clock;
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param copy where packs are put for a moment
   * @throws InvalidRequest when the remote can't have packs
   */
  public Exploding(WorkingCopy copy, Remote remote, Progress progress, Clock clock) {
    this.copy = copy;
    this.remote = remote;
    this.loose = remote.loose();
    this.packs =
        remote
            .packFiles()
            .orElseThrow(() ->
                new InvalidRequest(
                    "%s has no packs".formatted(remote.address()),
                    "packs are in S3 buckets and folders: name such a remote by --remote"));
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * What was done.
   *
   * @param files how many were sent
   * @param folders how many folders stock {@code dvc} finds now that it did not find before
   * @param broken folders that lack files, which neither packs nor loose objects have: they are
   *     left as they were
   */
  public record Exploded(long files, long bytes, int folders, List<String> broken) {}

  /**
   * Does so.
   *
   * @throws Lease.Busy when something is being removed
   * @throws PackRefused when a pack or an index is not what it has to be
   */
  public Exploded explode() throws IOException {
    var folder = Files.createDirectories(copy.settings().resolve("tmp").resolve("fovea"));
    FreshFiles.sweep(folder, UNPACKED + "*", clock);
    try (var lease = Lease.take(remote, Lease.Kind.PUSH, clock)) {
      var listing = PackListing.of(packs);
      for (var chunk : listing.chunks()) {
        explode(chunk, folder, lease);
      }
      int folders = 0;
      var broken = new ArrayList<String>();
      for (var name : listing.folders().keySet()) {
        lease.renew();
        if (!loose.has(name)) {
          var lacking = lacking(name);
          if (lacking == 0) {
            folders += send(name, folder) ? 1 : 0;
          } else if (lacking > 0) {
            broken.add("%s lacks %d files".formatted(name, lacking));
          }
        }
      }
      return new Exploded(files.get(), bytes.get(), folders, broken);
    }
  }

  private void explode(List<Both> chunk, Path folder, Lease lease) throws IOException {
    if (chunk.isEmpty()) {
      return;
    }
    var catalog = PackCatalog.read(packs, chunk);
    catalog.requireNoCollisions();
    var open = lacking(catalog);
    progress.begin("exploding packs", open.cardinality(), 0);
    SideBySide.each(
        catalog.packs(),
        PACKS_AT_ONCE,
        () -> folder,
        (to, pack) -> {
          var index = pack.index();
          var some = new ArrayList<Integer>();
          for (int place = 0; place < index.size(); place++) {
            if (open.get(pack.first() + index.atPlace(place))) {
              some.add(index.atPlace(place));
            }
          }
          if (!some.isEmpty()) {
            lease.renew();
            explode(index, some, to, lease);
          }
        });
    progress.end();
  }

  /** The numbers of objects that don't lie loose with as many bytes; each name once. */
  private BitSet lacking(PackCatalog catalog) throws IOException {
    var open = new BitSet(catalog.size());
    for (var pack : catalog.packs()) {
      for (int i = 0; i < pack.index().size(); i++) {
        open.set(catalog.number(pack.index().md5(i)));
      }
    }
    SideBySide.each(
        Presence.PREFIXES,
        BATCHES_OF_A_PACK_AT_ONCE * PACKS_AT_ONCE,
        () -> loose,
        (at, prefix) ->
            at.list(
                prefix,
                listed -> {
                  int number = catalog.number(listed.name());
                  if (number >= 0 && length(catalog, listed.name()) == listed.bytes()) {
                    synchronized (open) {
                      open.clear(number);
                    }
                  }
                }));
    return open;
  }

  private static long length(PackCatalog catalog, String name) {
    return catalog.find(name).map(place -> place.index().length(place.number())).orElse(-1);
  }

  private void explode(PackIndex index, List<Integer> some, Path folder, Lease lease)
      throws IOException {
    var file = Files.createTempFile(folder, UNPACKED, ".pack");
    try {
      if (!fetch(index, file)) {
        return; // it was there when it was listed: its objects lie loose, or nobody needs them
      }
      var sizes = some.stream().mapToLong(index::length).toArray();
      SideBySide.each(
          Batches.of(sizes, loose.together()),
          BATCHES_OF_A_PACK_AT_ONCE,
          () -> loose,
          (to, batch) -> {
            lease.renew();
            var uploads = new ArrayList<Upload>();
            for (int number : some.subList(batch.from(), batch.to())) {
              uploads.add(upload(index, number, file));
            }
            to.putAll(
                uploads,
                sent -> {
                  files.incrementAndGet();
                  bytes.addAndGet(sent.bytes());
                  progress.did(1, sent.bytes());
                });
          });
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** An object that is what the index and its name say. */
  private static Upload upload(PackIndex index, int number, Path file) throws IOException {
    var upload = new Upload(index.md5(number), file, index.offset(number), index.length(number));
    var bytes = upload.read();
    if (!Md5.hex(bytes).equals(upload.name())) {
      throw PackRefused.pack(
          index.name(), "the object %s has the MD5 %s".formatted(upload.name(), Md5.hex(bytes)));
    }
    if (!index.isOf(number, bytes)) {
      throw PackRefused.pack(
          index.name(),
          "the object %s has another SHA-256 than its index says".formatted(upload.name()));
    }
    return upload;
  }

  /** Gets a pack; whether it is still there. */
  private boolean fetch(PackIndex index, Path file) throws IOException {
    var sha256 = Digest.hasher();
    var length = fetch(index.name() + ".pack", file, sha256, index.packBytes());
    if (length.isEmpty()) {
      return false;
    }
    var found = HexFormat.of().formatHex(sha256.digest());
    if (length.get() != index.packBytes() || !found.equals(index.name())) {
      throw PackRefused.pack(
          index.name(),
          "its %d bytes have the SHA-256 %s (expected: %d bytes, and its name)"
              .formatted(length.get(), found, index.packBytes()));
    }
    return true;
  }

  /** Gets a file from where packs lie, and no more than a byte too much of it. */
  private Optional<Long> fetch(String name, Path file, MessageDigest hasher, long most)
      throws IOException {
    var in = packs.open(name);
    if (in.isEmpty()) {
      return Optional.empty();
    }
    long length = 0;
    var buffer = new byte[BUFFER];
    try (var from = in.get();
        var to = Files.newOutputStream(file)) {
      for (int n = from.read(buffer); n >= 0 && length <= most; n = from.read(buffer)) {
        hasher.update(buffer, 0, n);
        to.write(buffer, 0, n);
        length += n;
      }
    }
    return Optional.of(length);
  }

  /** How many files of a folder don't lie loose; -1 where the folder itself is gone. */
  private int lacking(String name) throws IOException {
    var folder = FolderObjects.read(copy.cache(), remote, name);
    if (folder.isEmpty()) {
      return -1;
    }
    var objects = new ObjectIndex(folder.get());
    return new Presence(loose).lacking(objects, objects.all()).cardinality();
  }

  private boolean send(String name, Path folder) throws IOException {
    var file = Files.createTempFile(folder, UNPACKED, ".dir");
    try {
      var md5 = Md5.hasher();
      var length = fetch(name, file, md5, MOST_FOLDER);
      if (length.isEmpty()) {
        return false;
      }
      var found = HexFormat.of().formatHex(md5.digest());
      if (!name.startsWith(found)) {
        throw PackRefused.folder(name, found);
      }
      loose.put(new Upload(name, file, length.get()));
      return true;
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
