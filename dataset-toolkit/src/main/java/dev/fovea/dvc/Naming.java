package dev.fovea.dvc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * How objects are named and where they lie, in caches and remotes alike: as DVC 3 does it, or as
 * DVC 2 did. DVC 3 reads the latter, and writes a {@code .dvc} file anew when its data changes (dvc
 * 3.67, {@code output.py}, {@code data_cloud.py}).
 */
public enum Naming {
  /** DVC 3, {@code hash: md5}: the MD5 of the bytes, at {@code files/md5/ab/cdef…}. */
  MD5("files/md5/"),
  /**
   * DVC 2, which says no {@code hash}: the MD5 of the bytes without the carriage returns of text,
   * at {@code ab/cdef…}. The object has all bytes.
   */
  DOS_TO_UNIX("");

  private static final int BUFFER = 1 << 20;

  private final String folder;

  Naming(String folder) {
    this.folder = folder;
  }

  /** Where objects lie from the root of a cache or remote: empty, or with {@code /} at the end. */
  public String folder() {
    return folder;
  }

  /** A fresh one. */
  public MessageDigest hasher() {
    return this == MD5 ? Md5.hasher() : new DosToUnixMd5();
  }

  /** The name of a file's content, 32 lower-case hex digits. */
  public String hex(Path file) throws IOException {
    if (this == MD5) {
      return Md5.hex(file);
    }
    var hasher = hasher();
    var buffer = new byte[BUFFER];
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(hasher.digest());
  }
}
