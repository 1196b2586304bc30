package dev.fovea.dvc.disk;

import dev.fovea.dvc.Naming;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Copies an object out of the cache, unless the disk has changed it. */
public final class CheckedCopy {
  private static final int BUFFER = 1 << 20;

  private CheckedCopy() {}

  /** What was copied. */
  public record Copied(long bytes, String md5) {}

  /**
   * Writes a file that is not there yet, and tells what it holds.
   *
   * @throws WorkProblem when the disk does not take it
   */
  public static Copied copy(Path from, Path fresh, Naming naming) throws IOException {
    return FreshFiles.writing(fresh, () -> copied(from, fresh, naming.hasher()));
  }

  private static Copied copied(Path from, Path fresh, MessageDigest md5) throws IOException {
    long bytes = 0;
    try (var in = Files.newInputStream(from);
        var out = Files.newOutputStream(fresh, StandardOpenOption.CREATE_NEW)) {
      var buffer = new byte[(int) Math.min(BUFFER, Files.size(from) + 1)];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        md5.update(buffer, 0, n);
        out.write(buffer, 0, n);
        bytes += n;
      }
    }
    return new Copied(bytes, HexFormat.of().formatHex(md5.digest()));
  }

  /**
   * Writes an object to a file that is not there yet.
   *
   * @return its length in bytes
   * @throws WorkProblem when the object's bytes are not what its name says
   */
  public static long write(Path object, Path fresh, Entry entry, Naming naming) throws IOException {
    var copied = copy(object, fresh, naming);
    if (!copied.md5().equals(entry.md5())) {
      Files.delete(fresh);
      throw damaged(object, entry, copied.md5());
    }
    return copied.bytes();
  }

  /**
   * Reads an object, or a file that shares its bytes.
   *
   * @return its length in bytes
   * @throws WorkProblem when the bytes are not what the object's name says
   */
  public static long check(Path file, Path object, Entry entry, Naming naming) throws IOException {
    var md5 = naming.hex(file);
    if (!md5.equals(entry.md5())) {
      throw damaged(object, entry, md5);
    }
    return Files.size(file);
  }

  private static WorkProblem damaged(Path object, Entry entry, String md5) {
    return new WorkProblem(
        "the cache's object of '%s' is damaged: its bytes have the MD5 %s (expected: %s)"
            .formatted(entry.path(), md5, entry.md5()),
        "remove %s, then run: fovea dataset pull".formatted(object));
  }
}
