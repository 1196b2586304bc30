package dev.fovea.dvc.disk;

import dev.fovea.dvc.directory.PathColumn;
import java.util.Arrays;

/**
 * What the file system says of the files of a folder, in the order of their paths' code points: a
 * million of them take about 60 MB.
 */
public final class FileStats {
  private final PathColumn paths;
  private final long[] bytes;
  private final long[] modified;
  private final long[] inodes;

  /**
   * @param bytes the length of each
   * @param modified in nanoseconds since 1970
   * @param inodes 0 where the file system has none
   */
  public FileStats(PathColumn paths, long[] bytes, long[] modified, long[] inodes) {
    this.paths = paths;
    this.bytes = bytes;
    this.modified = modified;
    this.inodes = inodes;
  }

  public int size() {
    return paths.size();
  }

  public PathColumn paths() {
    return paths;
  }

  public long bytes(int i) {
    return bytes[i];
  }

  public long modified(int i) {
    return modified[i];
  }

  public long inode(int i) {
    return inodes[i];
  }

  FileStat get(int i) {
    return new FileStat(paths.get(i), bytes[i], modified[i], inodes[i]);
  }

  /** Of all files together. */
  long bytes() {
    return Arrays.stream(bytes).sum();
  }

  /** Whether nothing was written since, by what the file system says of one file. */
  public boolean same(int i, FileStats other, int j) {
    return bytes[i] == other.bytes[j]
        && modified[i] == other.modified[j]
        && inodes[i] == other.inodes[j];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileStats stats
        && Arrays.equals(bytes, stats.bytes)
        && Arrays.equals(modified, stats.modified)
        && Arrays.equals(inodes, stats.inodes)
        && paths.equals(stats.paths);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(modified);
  }

  /** Takes files one after the other, in order. */
  public static final class Builder {
    private final PathColumn.Builder paths;
    private long[] bytes;
    private long[] modified;
    private long[] inodes;

    /**
     * @param files how many are expected
     */
    public Builder(int files) {
      paths = new PathColumn.Builder(files);
      bytes = new long[Math.max(16, files)];
      modified = new long[bytes.length];
      inodes = new long[bytes.length];
    }

    public void add(byte[] path, long itsBytes, long itsModified, long itsInode) {
      room();
      set(itsBytes, itsModified, itsInode);
      paths.add(path);
    }

    /** One of others, in a folder. */
    public void add(byte[] folder, FileStats others, int i) {
      room();
      set(others.bytes[i], others.modified[i], others.inodes[i]);
      paths.add(folder, others.paths, i);
    }

    private void room() {
      if (paths.size() == bytes.length) {
        int more = bytes.length + (bytes.length >> 1);
        bytes = Arrays.copyOf(bytes, more);
        modified = Arrays.copyOf(modified, more);
        inodes = Arrays.copyOf(inodes, more);
      }
    }

    private void set(long itsBytes, long itsModified, long itsInode) {
      int i = paths.size();
      bytes[i] = itsBytes;
      modified[i] = itsModified;
      inodes[i] = itsInode;
    }

    public FileStats build() {
      int size = paths.size();
      return new FileStats(
          paths.build(),
          Arrays.copyOf(bytes, size),
          Arrays.copyOf(modified, size),
          Arrays.copyOf(inodes, size));
    }
  }
}
