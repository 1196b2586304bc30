package dev.fovea.dvc.pack;

import dev.fovea.dvc.pack.PackFiles.PackFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lies where packs lie, by what it is.
 *
 * @param folders the objects of folders, by their names
 * @param packs those that have an index, by their names
 * @param halves packs without an index and indexes without a pack: of pushes that were killed
 */
public record PackListing(
    Map<String, PackFile> folders, Map<String, Both> packs, List<PackFile> halves) {
  /** About this many bytes of indexes are looked into at once. */
  private static final long CHUNK = 128L << 20;

  /** A pack and its index. */
  public record Both(String name, PackFile pack, PackFile index) {}

  public static PackListing of(PackFiles files) throws IOException {
    var folders = new TreeMap<String, PackFile>();
    var packs = new TreeMap<String, PackFile>();
    var indexes = new TreeMap<String, PackFile>();
    files.list(each -> {
      int dot = each.name().indexOf('.');
      switch (each.name().substring(dot)) {
        case ".dir" -> folders.put(each.name(), each);
        case ".pack" -> packs.put(each.name().substring(0, dot), each);
        default -> indexes.put(each.name().substring(0, dot), each);
      }
    });
    var both = new TreeMap<String, Both>();
    var halves = new ArrayList<PackFile>();
    packs.forEach((name, pack) -> {
      var index = indexes.remove(name);
      if (index == null) {
        halves.add(pack);
      } else {
        both.put(name, new Both(name, pack, index));
      }
    });
    halves.addAll(indexes.values());
    return new PackListing(folders, both, halves);
  }

  /** All packs, as many at once as indexes of some 128 MiB have; once where there are none. */
  public List<List<Both>> chunks() {
    var chunks = new ArrayList<List<Both>>();
    chunks.add(new ArrayList<>());
    long bytes = 0;
    for (var each : packs.values()) {
      if (bytes > 0 && bytes + each.index().bytes() > CHUNK) {
        chunks.add(new ArrayList<>());
        bytes = 0;
      }
      chunks.getLast().add(each);
      bytes += each.index().bytes();
    }
    return chunks;
  }
}
