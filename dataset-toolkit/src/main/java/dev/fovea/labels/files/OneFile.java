package dev.fovea.labels.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A folder of one file, under a name that a format looks for.
 *
 * @param name inside the folder, with {@code /}
 */
public record OneFile(String name, Opening opening) implements Folder {
  /** Opens the file; may be asked again. */
  @FunctionalInterface
  public interface Opening {
    InputStream open() throws IOException;
  }

  @Override
  public List<String> list(String folder) {
    return folder.isEmpty() || name.startsWith(folder + "/") ? List.of(name) : List.of();
  }

  @Override
  public Optional<InputStream> open(String path) throws IOException {
    return path.equals(name) ? Optional.of(opening.open()) : Optional.empty();
  }

  @Override
  public boolean has(String path) {
    return path.equals(name);
  }
}
