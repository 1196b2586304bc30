package dev.fovea.dvc.cache;

import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.Md5Column;
import dev.fovea.dvc.disk.Snapshot.Hash;
import java.util.BitSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The objects of a folder, each known by the number of the first file that has it: so sets of them
 * are bits. In which slot an MD5 lies can't be known beforehand, so none can be made to collide.
 */
public final class ObjectIndex {
  private final DvcDirectory folder;
  private final Md5Column md5s;
  private final long seed = ThreadLocalRandom.current().nextLong() | 1;

  /** The number of a file, plus one. */
  private final int[] slots;

  private final BitSet firsts;

  public ObjectIndex(DvcDirectory folder) {
    this.folder = folder;
    this.md5s = folder.md5s();
    slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, folder.size())) << 2)];
    firsts = new BitSet(folder.size());
    for (int i = 0; i < folder.size(); i++) {
      int slot = slot(md5s.high(i), md5s.low(i));
      if (slots[slot] == 0) {
        slots[slot] = i + 1;
        firsts.set(i);
      }
    }
  }

  private int slot(long high, long low) {
    long hash = (high ^ seed) * seed;
    hash = (hash ^ hash >>> 32 ^ low) * seed;
    int slot = (int) (hash >>> 32) & (slots.length - 1);
    while (slots[slot] != 0
        && (md5s.high(slots[slot] - 1) != high || md5s.low(slots[slot] - 1) != low)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  /** All of them; yours to change. */
  public BitSet all() {
    return (BitSet) firsts.clone();
  }

  /** The number of an object; -1 where the folder does not have it. */
  public int find(String name) {
    if (name.length() != 32) {
      return -1;
    }
    var md5 = Hash.parse(name);
    return slots[slot(md5.high(), md5.low())] - 1;
  }

  /** Takes those that another folder has out of a set. */
  public void remove(DvcDirectory other, BitSet from) {
    for (int i = 0; i < other.size(); i++) {
      int found = slots[slot(other.md5s().high(i), other.md5s().low(i))] - 1;
      if (found >= 0) {
        from.clear(found);
      }
    }
  }

  /** 32 hex digits. */
  public String name(int object) {
    return md5s.hex(object);
  }

  /** The first file that has it. */
  public String path(int object) {
    return folder.paths().get(object);
  }
}
