package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcDirectory;
import dev.fovea.dvc.Md5;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The files of a folder as they were when they were hashed, in the order of their paths' code
 * points.
 *
 * @param name DVC's name for all of them: 32 hex digits and {@code .dir}
 */
record Snapshot(List<Hashed> files, String name) {
  /**
   * A file and its content.
   *
   * @param md5 16 bytes
   */
  record Hashed(FileStat file, Hash md5) {}

  /** An MD5, in less memory than its digits need. */
  record Hash(long high, long low) {
    static Hash parse(String hex) {
      return new Hash(
          HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    String hex() {
      return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
  }

  static Snapshot of(List<Hashed> files) {
    return new Snapshot(files, directory(files).name());
  }

  private static DvcDirectory directory(List<Hashed> files) {
    return new DvcDirectory(
        files.stream()
            .map(each -> new DvcDirectory.Entry(each.md5().hex(), each.file().path()))
            .toList());
  }

  /** The {@code .dir} object. */
  DvcDirectory directory() {
    return directory(files);
  }

  long bytes() {
    return files.stream().mapToLong(each -> each.file().bytes()).sum();
  }

  /** The empty folder. */
  static Snapshot none() {
    return new Snapshot(new ArrayList<>(), Md5.hex(new byte[] {'[', ']'}) + ".dir");
  }
}
