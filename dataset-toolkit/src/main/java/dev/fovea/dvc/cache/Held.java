package dev.fovea.dvc.cache;

import java.nio.file.Path;
import java.util.List;

/**
 * What a tracked folder holds, and where the bytes of each file lie: in the folder itself, or in
 * the cache.
 *
 * @param path of the folder, from the repository's root, with {@code /}
 * @param name DVC's name of the content: 32 hex digits and {@code .dir}
 * @param root the folder itself, or the cache's objects
 * @param cached whether the root is the cache's
 * @param files in the order of their paths' code points
 */
public record Held(String path, String name, Path root, boolean cached, List<File> files) {
  /**
   * One file.
   *
   * @param path inside the folder, with {@code /}
   * @param md5 of its bytes, 32 lower-case hex digits
   * @param bytes its length
   */
  public record File(String path, String md5, long bytes) {}

  public Held {
    files = List.copyOf(files);
  }

  /** Where the bytes of one of the files lie. */
  public Path place(File file) {
    return place(root, cached, file);
  }

  /** The same for whoever knows no more than where the root is. */
  public static Path place(Path root, boolean cached, File file) {
    return cached
        ? root.resolve(file.md5().substring(0, 2)).resolve(file.md5().substring(2))
        : root.resolve(file.path());
  }
}
