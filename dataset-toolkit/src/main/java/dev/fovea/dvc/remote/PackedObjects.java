package dev.fovea.dvc.remote;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.pack.PackCatalog;
import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.pack.PackListing;
import dev.fovea.dvc.pack.PackReader;
import dev.fovea.dvc.pack.PackRefused;
import dev.fovea.kernel.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A remote whose small objects may lie in packs: they are found as if they lay loose. What is sent
 * goes where stock {@code dvc} finds it. The indexes are read when a file is first asked for that a
 * pack may have. Only objects that DVC 3 names are in packs.
 */
public final class PackedObjects implements Remote {
  private final Remote loose;
  private final PackFiles files;
  private final PackReader reader;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Known known;

  /**
   * @param loose one that has a place for packs; it is closed with this one
   */
  public PackedObjects(Remote loose) {
    this.loose = loose;
    this.files =
        loose
            .packFiles()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "%s has no place for packs".formatted(loose.address())));
    this.reader = new PackReader(files);
  }

  /** What was there when it was last looked at. */
  private record Known(PackCatalog catalog, List<Listed> folders) {}

  private Known known() throws IOException {
    var last = known;
    if (last != null) {
      return last;
    }
    reading.lock();
    try {
      last = known;
      if (last == null) {
        var listing = PackListing.of(files);
        var folders = listing.folders().values().stream().map(PackedObjects::listed).toList();
        last = new Known(PackCatalog.read(files, listing.packs().values()), folders);
        known = last;
      }
      return last;
    } finally {
      reading.unlock();
    }
  }

  @Override
  public String address() {
    return loose.address();
  }

  @Override
  public Remote named(Naming naming) {
    return naming == Naming.MD5 ? this : loose.named(naming);
  }

  @Override
  public Remote loose() {
    return loose;
  }

  /** What is put there is found from then on. */
  @Override
  public Optional<PackFiles> packFiles() {
    return Optional.of(new Noticed());
  }

  private static boolean isFolder(String name) {
    return name.endsWith(".dir");
  }

  @Override
  public Optional<Listed> find(String name) throws IOException {
    if (isFolder(name)) {
      var found = loose.find(name);
      return found.isPresent() ? found : files.find(name).map(PackedObjects::listed);
    }
    var place = known().catalog().find(name);
    return place.isPresent() ? place.map(PackedObjects::listed) : loose.find(name);
  }

  private static Listed listed(PackFiles.PackFile folder) {
    return new Listed(folder.name(), folder.bytes(), folder.modified());
  }

  private static Listed listed(PackCatalog.Place place) {
    return new Listed(
        place.index().md5(place.number()), place.index().length(place.number()), place.modified());
  }

  @Override
  public void list(String prefix, Consumer<Listed> each) throws IOException {
    var told = new HashSet<String>();
    loose.list(
        prefix,
        listed -> {
          told.add(listed.name());
          each.accept(listed);
        });
    var there = known();
    there
        .catalog()
        .list(
            prefix,
            place -> {
              var listed = listed(place);
              if (told.add(listed.name())) {
                each.accept(listed);
              }
            });
    for (var folder : there.folders()) {
      if (folder.name().startsWith(prefix) && told.add(folder.name())) {
        each.accept(folder);
      }
    }
  }

  @Override
  public boolean lists() {
    return loose.lists();
  }

  /**
   * Its bytes. What was in a pack has been read whole and compared with the SHA-256 that the pack's
   * index says; where neither that nor its name is that of its bytes, the reader finds so.
   *
   * @throws PackRefused when its MD5 is right and its SHA-256 is not
   */
  @Override
  public Optional<InputStream> open(String name) throws IOException {
    if (isFolder(name)) {
      var found = loose.open(name);
      return found.isPresent() ? found : files.open(name);
    }
    var place = known().catalog().find(name);
    if (place.isEmpty()) {
      return loose.open(name);
    }
    var index = place.get().index();
    int number = place.get().number();
    var bytes = reader.read(index, number);
    if (bytes.isEmpty()) {
      return loose.open(name); // it was exploded just now
    }
    if (!index.isOf(number, bytes.get())) {
      if (Md5.hex(bytes.get()).equals(name)) {
        throw PackRefused.pack(
            index.name(), "the object %s has another SHA-256 than its index says".formatted(name));
      }
      var other = loose.open(name);
      if (other.isPresent()) {
        return other;
      }
    }
    return Optional.of(new ByteArrayInputStream(bytes.get()));
  }

  @Override
  public void put(Upload object) throws IOException {
    loose.put(object);
  }

  @Override
  public void putAll(Collection<Upload> objects, Consumer<Upload> sent) throws IOException {
    loose.putAll(objects, sent);
  }

  @Override
  public int together() {
    return loose.together();
  }

  @Override
  public void mark(String name, String text) throws IOException {
    loose.mark(name, text);
  }

  @Override
  public void unmark(String name) throws IOException {
    loose.unmark(name);
  }

  @Override
  public List<Marker> markers() throws IOException {
    return loose.markers();
  }

  /** Loose ones: what is in a pack goes with its pack. */
  @Override
  public void remove(Collection<String> names) throws IOException {
    loose.remove(names);
  }

  @Override
  public void close() throws IOException {
    loose.close();
  }

  /** After what changes them, the indexes are read again. */
  private final class Noticed implements PackFiles {
    @Override
    public void put(String name, byte[] bytes, int length, Digest sha256) throws IOException {
      files.put(name, bytes, length, sha256);
      known = null;
    }

    @Override
    public void put(String name, Path file) throws IOException {
      files.put(name, file);
      known = null;
    }

    @Override
    public Optional<InputStream> open(String name) throws IOException {
      return files.open(name);
    }

    @Override
    public Optional<byte[]> read(String name, long offset, int length) throws IOException {
      return files.read(name, offset, length);
    }

    @Override
    public Optional<PackFile> find(String name) throws IOException {
      return files.find(name);
    }

    @Override
    public void list(Consumer<PackFile> each) throws IOException {
      files.list(each);
    }

    @Override
    public void remove(Collection<String> names) throws IOException {
      files.remove(names);
      known = null;
    }
  }
}
