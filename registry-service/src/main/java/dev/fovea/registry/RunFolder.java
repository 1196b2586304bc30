package dev.fovea.registry;

import dev.fovea.kernel.Digest;
import java.util.List;
import java.util.Optional;

/**
 * A part of what one folder of a run's files holds, by name as bytes.
 *
 * @param more whether others come behind
 */
public record RunFolder(List<Entry> entries, boolean more) {
  /**
   * A file, or a folder with all that is below it.
   *
   * @param name the last name of its path
   * @param files how many there are; 1 of a file
   * @param bytes of all of them
   * @param digest the file's; empty of a folder
   */
  public record Entry(String name, long files, long bytes, Optional<Digest> digest) {
    /**
     * What a next part is asked for by: a folder's ends in a slash, since a file may be named so,
     * too.
     */
    public String key() {
      return digest.isPresent() ? name : name + "/";
    }
  }
}
