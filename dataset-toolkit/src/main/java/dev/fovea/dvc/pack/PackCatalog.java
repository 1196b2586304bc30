package dev.fovea.dvc.pack;

import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.pack.PackListing.Both;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * All objects of some packs, some 80 bytes each. In which slot an MD5 lies can't be known
 * beforehand, so none can be made to collide.
 */
public final class PackCatalog {
  private static final int THREADS = 16;
  private static final long MOST_OBJECTS = 8_000_000;
  private static final int MD5_DIGITS = 32;

  /**
   * A pack that was listed, and what it holds.
   *
   * @param first the number of its first object among those of all packs
   */
  public record Pack(PackIndex index, int first, Instant modified) {}

  /**
   * An object in a pack.
   *
   * @param number of it in its pack
   */
  public record Place(PackIndex index, int number, Instant modified) {}

  private final List<Pack> packs = new ArrayList<>();

  /** Numbers of objects that another pack has with other bytes. */
  private final Map<Integer, PackIndex> collisions = new HashMap<>();

  private final long seed = ThreadLocalRandom.current().nextLong() | 1;

  /** The number of an object, plus one. */
  private final int[] slots;

  private final int size;

  private PackCatalog(List<Pack> read) {
    int count = 0;
    for (var each : read) {
      packs.add(new Pack(each.index(), count, each.modified()));
      count += each.index().size();
    }
    size = count;
    slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, count)) << 2)];
    for (var pack : packs) {
      for (int i = 0; i < pack.index.size(); i++) {
        add(pack, i);
      }
    }
  }

  private void add(Pack pack, int i) {
    int slot = slot(pack.index.high(i), pack.index.low(i));
    if (slots[slot] == 0) {
      slots[slot] = pack.first + i + 1;
      return;
    }
    int number = slots[slot] - 1;
    var other = pack(number);
    if (!pack.index.same(i, other.index, number - other.first)) {
      collisions.putIfAbsent(number, pack.index);
    }
  }

  private Pack pack(int number) {
    int from = 0;
    int to = packs.size();
    while (to - from > 1) {
      int middle = (from + to) >>> 1;
      if (packs.get(middle).first <= number) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return packs.get(from);
  }

  private int slot(long high, long low) {
    long hash = (high ^ seed) * seed;
    hash = (hash ^ hash >>> 32 ^ low) * seed;
    int slot = (int) (hash >>> 32) & (slots.length - 1);
    while (slots[slot] != 0 && !isAt(slots[slot] - 1, high, low)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private boolean isAt(int number, long high, long low) {
    var pack = pack(number);
    int i = number - pack.first;
    return pack.index.high(i) == high && pack.index.low(i) == low;
  }

  /**
   * Reads the indexes of some packs; one that is gone since it was listed is passed over.
   *
   * @throws PackRefused when one says what can't be, or its pack has another length
   */
  public static PackCatalog read(PackFiles files, Collection<Both> packs) throws IOException {
    var listed = List.copyOf(packs);
    listed.forEach(PackCatalog::requireShort);
    long bytes = listed.stream().mapToLong(each -> each.index().bytes()).sum();
    long objects = bytes / PackIndex.ENTRY;
    if (objects > MOST_OBJECTS) {
      throw PackRefused.tooMany(objects, MOST_OBJECTS);
    }
    var read = new ConcurrentLinkedQueue<Pack>();
    SideBySide.each(
        listed,
        THREADS,
        () -> files,
        (from, both) -> index(from, both).ifPresent(index -> read.add(pack(index, both))));
    return new PackCatalog(
        read.stream().sorted(Comparator.comparing((Pack each) -> each.index.name())).toList());
  }

  private static Pack pack(PackIndex index, Both both) {
    var older = both.pack().modified();
    return new Pack(
        index, 0, older.isBefore(both.index().modified()) ? both.index().modified() : older);
  }

  private static void requireShort(Both both) {
    if (both.index().bytes() > PackIndex.MOST_BYTES) {
      throw PackRefused.index(
          both.name(),
          "%d bytes (expected: at most %d)".formatted(both.index().bytes(), PackIndex.MOST_BYTES));
    }
  }

  private static Optional<PackIndex> index(PackFiles files, Both both) throws IOException {
    var bytes = files.read(both.name() + ".idx", 0, (int) Math.max(1, both.index().bytes()));
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    var index = PackIndex.read(both.name(), bytes.get());
    if (index.packBytes() != both.pack().bytes()) {
      throw PackRefused.pack(
          both.name(),
          "%d bytes (expected: %d, as its index says)"
              .formatted(both.pack().bytes(), index.packBytes()));
    }
    return Optional.of(index);
  }

  /** How many objects there are; one that several packs have counts for each. */
  public int size() {
    return size;
  }

  public List<Pack> packs() {
    return List.copyOf(packs);
  }

  /**
   * The number of an object among those of all packs, the first of its name; -1 where none has it.
   *
   * @param name 32 hex digits; any other text names none
   */
  public int number(String name) {
    if (name.length() != MD5_DIGITS || size == 0) {
      return -1;
    }
    long high = HexFormat.fromHexDigitsToLong(name, 0, 16);
    long low = HexFormat.fromHexDigitsToLong(name, 16, MD5_DIGITS);
    return slots[slot(high, low)] - 1;
  }

  /**
   * Where an object lies; absent where no pack has it.
   *
   * @throws PackRefused when two packs have different ones of that name
   */
  public Optional<Place> find(String name) {
    int number = number(name);
    if (number < 0) {
      return Optional.empty();
    }
    var pack = pack(number);
    requireOne(number, pack);
    return Optional.of(new Place(pack.index, number - pack.first, pack.modified));
  }

  private void requireOne(int number, Pack pack) {
    var other = collisions.get(number);
    if (other != null) {
      throw PackRefused.collision(
          pack.index.md5(number - pack.first), pack.index.name(), other.name());
    }
  }

  /** Refuses objects of which packs have different ones under one name. */
  public void requireNoCollisions() {
    collisions.keySet().forEach(number -> requireOne(number, pack(number)));
  }

  /**
   * Tells of all whose names begin so; one that several packs have, several times.
   *
   * @param prefix 2 to 16 hex digits
   */
  public void list(String prefix, Consumer<Place> each) {
    long least = HexFormat.fromHexDigitsToLong((prefix + "0".repeat(16)).substring(0, 16));
    for (var pack : packs) {
      for (int i = pack.index.notBefore(least);
          i < pack.index.size() && pack.index.md5(i).startsWith(prefix);
          i++) {
        each.accept(new Place(pack.index, i, pack.modified));
      }
    }
  }
}
