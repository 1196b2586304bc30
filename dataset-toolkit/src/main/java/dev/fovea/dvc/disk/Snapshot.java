package dev.fovea.dvc.disk;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.Md5Column;
import java.util.AbstractList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * The files of a folder as they were when they were hashed, in the order of their paths' code
 * points.
 *
 * @param md5s of the same files
 * @param name DVC's name for all of them: 32 hex digits and {@code .dir}
 */
public record Snapshot(FileStats stats, Md5Column md5s, String name) {
  /**
   * A file and its content.
   *
   * @param md5 16 bytes
   */
  public record Hashed(FileStat file, Hash md5) {}

  /** An MD5, in less memory than its digits need. */
  public record Hash(long high, long low) {
    public static Hash parse(String hex) {
      return new Hash(
          HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    public static Hash of(Md5Column md5s, int i) {
      return new Hash(md5s.high(i), md5s.low(i));
    }

    public String hex() {
      return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
  }

  public static Snapshot of(FileStats stats, Md5Column md5s) {
    return new Snapshot(stats, md5s, DvcDirectory.of(stats.paths(), md5s).name());
  }

  /** Those files of a folder that another one has too, taken to have the content that it says. */
  public static Snapshot knowing(FileStats stats, DvcDirectory known) {
    if (stats.paths().equals(known.paths())) {
      return of(stats, known.md5s());
    }
    var files = new FileStats.Builder(stats.size());
    var high = LongStream.builder();
    var low = LongStream.builder();
    for (int i = 0, j = 0; i < stats.size() && j < known.size(); ) {
      int order = stats.paths().compare(i, known.paths(), j);
      if (order == 0) {
        files.add(new byte[0], stats, i);
        high.add(known.md5s().high(j));
        low.add(known.md5s().low(j));
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return of(files.build(), new Md5Column(high.build().toArray(), low.build().toArray()));
  }

  /** The empty folder. */
  public static Snapshot none() {
    var nothing = new Md5Column(new long[0], new long[0]);
    return new Snapshot(
        new FileStats.Builder(0).build(), nothing, Md5.hex(new byte[] {'[', ']'}) + ".dir");
  }

  public int size() {
    return stats.size();
  }

  /** The files as objects, each made when it is asked for. */
  public List<Hashed> files() {
    return new AbstractList<>() {
      @Override
      public Hashed get(int i) {
        Objects.checkIndex(i, size());
        return new Hashed(stats.get(i), Hash.of(md5s, i));
      }

      @Override
      public int size() {
        return stats.size();
      }
    };
  }

  /** The {@code .dir} object. */
  public DvcDirectory directory() {
    return DvcDirectory.of(stats.paths(), md5s);
  }

  public long bytes() {
    return stats.bytes();
  }
}
