package dev.fovea.dvc.pack;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Where a remote's packs lie: {@code fovea/packs}, beside the objects that stock {@code dvc} finds.
 * There are packs ({@code SHA256.pack}), their indexes ({@code SHA256.idx}) and folders' objects
 * ({@code MD5.dir}). What is put is durable when the call returns, and never half there. Many
 * threads may use it at once.
 */
public interface PackFiles {
  /** From a remote's root. */
  String FOLDER = "fovea/packs/";

  /** What is called otherwise is none of ours. */
  Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.(pack|idx)|[0-9a-f]{32}\\.dir");

  /** One of them, as a remote lists it. */
  record PackFile(String name, long bytes, Instant modified) {}

  /** Keeps the first bytes of an array. The same name again replaces it, and makes it young. */
  void put(String name, byte[] bytes, int length, Digest sha256) throws IOException;

  /** Keeps a file's bytes. */
  void put(String name, Path file) throws IOException;

  /** Its bytes as they come; absent where it is not there. */
  Optional<InputStream> open(String name) throws IOException;

  /**
   * Some of its bytes; absent where it is not there.
   *
   * @param length at least 1
   * @return fewer where it ends before
   */
  Optional<byte[]> read(String name, long offset, int length) throws IOException;

  /** What is there under a name; absent where nothing is. */
  Optional<PackFile> find(String name) throws IOException;

  /** Tells of all that have a name of ours. */
  void list(Consumer<PackFile> each) throws IOException;

  /** Removes them; those that are gone already don't matter. */
  void remove(Collection<String> names) throws IOException;

  /** From the remote's root. */
  static String path(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: '%s' (expected: SHA256.pack, SHA256.idx or MD5.dir)".formatted(name));
    }
    return FOLDER + name;
  }
}
