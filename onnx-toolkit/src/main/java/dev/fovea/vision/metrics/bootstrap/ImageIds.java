package dev.fovea.vision.metrics.bootstrap;

import java.util.Arrays;

/** The ids of images, each once, and their places in the order of their coming; no boxes. */
public final class ImageIds {
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private long[] ids = new long[16];
  private int[] slots = new int[64]; // place + 1; 0 is free
  private int size;

  /** How many ids there are. */
  public int size() {
    return size;
  }

  /** The place of an id; -1 when it is not there. */
  public int find(long id) {
    int place = slots[slot(id)];
    return place - 1;
  }

  private void add(long id) {
    int slot = slot(id);
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
    slots[slot] = size;
    if (size * 2 > slots.length) {
      slots = new int[slots.length * 2];
      for (int i = 0; i < size; i++) {
        slots[slot(ids[i])] = i + 1;
      }
    }
  }

  /**
   * Adds an id.
   *
   * @param limit how many there may be
   * @throws IllegalArgumentException when it is there already or one too many
   */
  public void addNew(long id, int limit) {
    requireNew(id, limit);
    add(id);
  }

  /** Refuses what {@link #addNew} would refuse, and adds nothing. */
  public void requireNew(long id, int limit) {
    if (size == limit) {
      throw new IllegalArgumentException(
          "images: more than %d (evaluate fewer at a time or collect under larger limits)"
              .formatted(limit));
    }
    if (find(id) >= 0) {
      throw new IllegalArgumentException(
          "image %d: added twice (expected: each id once)".formatted(id));
    }
  }

  /** The ids in the order of their coming. */
  public long[] ids() {
    return Arrays.copyOf(ids, size);
  }

  private int slot(long id) {
    long mixed = id * MIX;
    mixed = (mixed ^ (mixed >>> 29)) * MIX;
    int slot = (int) (mixed >>> 33) & (slots.length - 1);
    while (slots[slot] != 0 && ids[slots[slot] - 1] != id) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
