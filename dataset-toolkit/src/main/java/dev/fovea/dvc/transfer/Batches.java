package dev.fovea.dvc.transfer;

import java.util.ArrayList;
import java.util.List;

/** Divides what is to be sent: small objects travel together where the remote takes them so. */
public final class Batches {
  /** What is larger travels alone. */
  public static final int SMALL = 1 << 20;

  public static final long MOST_BYTES = 8L << 20;

  private Batches() {}

  /**
   * Neighbours that travel together.
   *
   * @param to exclusive
   */
  public record Batch(int from, int to) {}

  /**
   * Each object is in one of them.
   *
   * @param bytes the length of each object
   * @param together how many the remote takes at once
   */
  public static List<Batch> of(long[] bytes, int together) {
    var batches = new ArrayList<Batch>();
    int from = 0;
    long size = 0;
    for (int i = 0; i < bytes.length; i++) {
      boolean full = i - from >= together || size + bytes[i] > MOST_BYTES || bytes[i] > SMALL;
      if (full && i > from) {
        batches.add(new Batch(from, i));
        from = i;
        size = 0;
      }
      size += bytes[i];
      if (bytes[i] > SMALL) {
        batches.add(new Batch(from, i + 1));
        from = i + 1;
        size = 0;
      }
    }
    if (from < bytes.length) {
      batches.add(new Batch(from, bytes.length));
    }
    return batches;
  }
}
