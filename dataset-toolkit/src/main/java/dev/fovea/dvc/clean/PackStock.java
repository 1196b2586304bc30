package dev.fovea.dvc.clean;

import static java.util.Objects.requireNonNull;

import dev.fovea.dvc.pack.PackCatalog;
import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.pack.PackFiles.PackFile;
import dev.fovea.dvc.pack.PackListing;
import dev.fovea.dvc.pack.PackListing.Both;
import dev.fovea.dvc.remote.Remote.Listed;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What lies in packs at a remote, and what of it may go: what is old, and is either loose as well
 * or needed by nobody. A pack goes as a whole.
 */
final class PackStock {
  private final PackListing listing;
  private final PackCatalog catalog;
  private final BitSet loose;
  private final Set<String> looseFolders = new HashSet<>();

  private PackStock(PackListing listing, PackCatalog catalog) {
    this.listing = listing;
    this.catalog = catalog;
    this.loose = new BitSet(catalog.size());
  }

  /** All of it; or with some packs alone, where all would be too many. */
  static PackStock of(PackFiles files, PackListing listing, Collection<Both> packs)
      throws IOException {
    return new PackStock(listing, PackCatalog.read(files, packs));
  }

  /** Is told of an object that lies loose. */
  synchronized void isLoose(Listed object) {
    if (listing.folders().containsKey(object.name())) {
      looseFolders.add(object.name());
      return;
    }
    int number = catalog.number(object.name());
    if (number < 0) {
      return;
    }
    // One of another length is damaged: then that in the pack is the only one.
    if (catalog
        .find(object.name())
        .filter(place -> place.index().length(place.number()) == object.bytes())
        .isPresent()) {
      loose.set(number);
    }
  }

  /** The objects of folders that are younger than a moment. */
  List<String> folders(Instant notBefore) {
    return listing.folders().values().stream()
        .filter(each -> !each.modified().isBefore(notBefore))
        .map(PackFile::name)
        .toList();
  }

  /**
   * What may go, in the order in which it has to: folders before their files, indexes before their
   * packs.
   *
   * @param needed whether somebody needs an object
   * @param before what is not older stays
   */
  List<PackFile> removable(Predicate<String> needed, Instant before) {
    var folders =
        listing.folders().values().stream()
            .filter(each -> each.modified().isBefore(before))
            .filter(each -> !needed.test(each.name()) || looseFolders.contains(each.name()))
            .toList();
    var indexes = new ArrayList<PackFile>();
    var packs = new ArrayList<PackFile>();
    for (var pack : catalog.packs()) {
      if (pack.modified().isBefore(before) && isFree(pack, needed)) {
        var both = requireNonNull(listing.packs().get(pack.index().name()), "it was listed");
        indexes.add(both.index());
        packs.add(both.pack());
      }
    }
    var all = new ArrayList<>(folders);
    all.addAll(indexes);
    all.addAll(packs);
    listing.halves().stream().filter(each -> each.modified().isBefore(before)).forEach(all::add);
    return all;
  }

  private boolean isFree(PackCatalog.Pack pack, Predicate<String> needed) {
    for (int i = 0; i < pack.index().size(); i++) {
      var name = pack.index().md5(i);
      if (!loose.get(catalog.number(name)) && needed.test(name)) {
        return false;
      }
    }
    return true;
  }
}
