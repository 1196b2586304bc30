package dev.fovea.dvc.directory;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Md5;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * DVC's {@code .dir} object: the files of a folder with the MD5 of each. Its own MD5 names the
 * folder's content, so the bytes must be exactly those of Python's {@code json.dumps(entries,
 * sort_keys=True)} (dvc-data 3.18, {@code hashfile/tree.py}). A million files take about 50 MB.
 *
 * @param entries in the order of their paths' code points
 */
public record DvcDirectory(List<Entry> entries) {
  /**
   * One file.
   *
   * @param md5 of its bytes, 32 lower-case hex digits
   * @param path inside the folder, with {@code /}
   */
  public record Entry(String md5, String path) {}

  public DvcDirectory {
    entries = PackedEntries.of(entries);
  }

  /**
   * The same without an object for each file.
   *
   * @param paths in order
   * @param md5s of the same files
   */
  public static DvcDirectory of(PathColumn paths, Md5Column md5s) {
    return new DvcDirectory(new PackedEntries(paths, md5s));
  }

  /**
   * Reads one; the stream is left open.
   *
   * @param maxFiles how many files it may have
   * @throws DvcMistake when it is not a list of files that can lie in one folder
   */
  public static DvcDirectory read(InputStream bytes, int maxFiles) throws IOException, DvcMistake {
    return new DvcDirectoryReader(maxFiles).read(bytes);
  }

  public int size() {
    return entries.size();
  }

  /**
   * Refuses one that macOS or Windows could not hold: with two names that differ in case, or in how
   * an accented letter is written.
   *
   * @throws DvcMistake that names both
   */
  public void requireNoTwins() throws DvcMistake {
    CaseTwins.refuse(paths());
  }

  /** The paths of the entries. */
  public PathColumn paths() {
    return ((PackedEntries) entries).paths();
  }

  /** The MD5s of the entries. */
  public Md5Column md5s() {
    return ((PackedEntries) entries).md5s();
  }

  /** The MD5 of each file, by path. */
  public Map<String, String> byPath() {
    var files = new HashMap<String, String>();
    entries.forEach(entry -> files.put(entry.path(), entry.md5()));
    return files;
  }

  /** The object's bytes. */
  public byte[] bytes() {
    var bytes = new ByteArrayOutputStream();
    try {
      write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** DVC's name for it: 32 hex digits and {@code .dir}. */
  public String name() {
    var md5 = Md5.hasher();
    try {
      write(new DigestOutputStream(OutputStream.nullOutputStream(), md5));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(md5.digest()) + ".dir";
  }

  /** Writes the object's bytes; the stream is left open. */
  public void write(OutputStream to) throws IOException {
    new DvcDirectoryWriter(to).write(paths(), md5s());
  }
}
