package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.source.Point;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;

/**
 * A set of metric points of any size in 8 MiB of memory: each is a hash of 64 bits, kept sorted in
 * temporary files where they are many. Two different points have the same hash by a chance of 1 in
 * 2^64, so of ten million points two are taken for one by a chance of 3 in a million.
 */
final class PointSet implements AutoCloseable {
  private static final int USUAL_CAPACITY = 1 << 20;
  private static final int MOST_KEYS = 100_000;

  private final long[] held;
  private final List<Path> spilled = new ArrayList<>();
  private final Map<String, Long> keys = new HashMap<>();
  private int size;

  PointSet() {
    this(USUAL_CAPACITY);
  }

  PointSet(int capacity) {
    this.held = new long[capacity];
  }

  void add(Point point) throws IOException {
    if (size == held.length) {
      spill();
    }
    held[size++] = hash(point);
  }

  /** How many points it has, each once, and what tells this set from others. */
  Sum sum() throws IOException {
    Arrays.sort(held, 0, size);
    if (spilled.isEmpty()) {
      var sum = new Summing();
      for (int i = 0; i < size; i++) {
        sum.add(held[i]);
      }
      return sum.sum();
    }
    spill();
    return merged();
  }

  private Sum merged() throws IOException {
    var runs = new ArrayList<Run>();
    try {
      var heads = new PriorityQueue<Run>((a, b) -> Long.compare(a.head, b.head));
      for (var file : spilled) {
        var run = new Run(file);
        runs.add(run);
        if (run.next()) {
          heads.add(run);
        }
      }
      var sum = new Summing();
      for (var run = heads.poll(); run != null; run = heads.poll()) {
        sum.add(run.head);
        if (run.next()) {
          heads.add(run);
        }
      }
      return sum.sum();
    } finally {
      for (var run : runs) {
        run.in.close();
      }
    }
  }

  private void spill() throws IOException {
    Arrays.sort(held, 0, size);
    var file = Files.createTempFile("fovea-import-", ".points");
    spilled.add(file);
    try (var out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (int i = 0; i < size; i++) {
        out.writeLong(held[i]);
      }
    }
    size = 0;
  }

  private long hash(Point point) {
    long h =
        keys.size() < MOST_KEYS
            ? keys.computeIfAbsent(point.key(), PointSet::hash)
            : hash(point.key());
    // As the table's key sees it: one NaN, and one zero.
    long value = Double.doubleToLongBits(point.value() == 0 ? 0.0 : point.value());
    h = mixed(h ^ point.atMillis());
    h = mixed(h + point.step());
    return mixed(h ^ value);
  }

  private static long hash(String key) {
    var id = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    return id.getMostSignificantBits() ^ id.getLeastSignificantBits();
  }

  // The finalizer of SplitMix64.
  private static long mixed(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }

  @Override
  public void close() throws IOException {
    for (var file : spilled) {
      Files.deleteIfExists(file);
    }
    spilled.clear();
  }

  /**
   * A set's size and its checksum.
   *
   * @param points each once
   */
  record Sum(long points, long check) {}

  /** Adds up hashes that come in order. */
  private static final class Summing {
    private long points;
    private long check;
    private long last;

    void add(long hash) {
      if (points == 0 || hash != last) {
        points++;
        check += mixed(hash + points);
        last = hash;
      }
    }

    Sum sum() {
      return new Sum(points, check);
    }
  }

  /** A sorted file. */
  private static final class Run {
    private final DataInputStream in;
    private long head;

    Run(Path file) throws IOException {
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    boolean next() throws IOException {
      try {
        head = in.readLong();
        return true;
      } catch (EOFException _) {
        return false;
      }
    }
  }
}
