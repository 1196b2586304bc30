package dev.fovea.dvc.disk;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says of a file.
 *
 * @param path inside its folder, with {@code /}
 * @param modified in nanoseconds since 1970
 * @param inode of the file; 0 where the file system has none
 */
public record FileStat(String path, long bytes, long modified, long inode) {
  public static final FileStat NONE = new FileStat("", 0, 0, 0);

  public static FileStat of(String path, BasicFileAttributes attributes) {
    return new FileStat(
        path,
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        inode(attributes.fileKey()));
  }

  /** The JDK gives device and inode as one object, whose text is {@code (dev=fe00,ino=1234)}. */
  private static long inode(Object key) {
    return key == null ? 0 : key.hashCode();
  }

  /** Whether nothing was written since: then its bytes need not be read again. */
  public boolean same(long otherBytes, long otherModified, long otherInode) {
    return bytes == otherBytes && modified == otherModified && inode == otherInode;
  }
}
