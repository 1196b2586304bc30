package dev.fovea.labels.split;

import dev.fovea.labels.files.Folder;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Images under the paths that they will have.
 *
 * @param sources where each lies now, by that path
 */
record MovedImages(Folder images, Map<String, String> sources) implements Folder {
  @Override
  public List<String> list(String folder) {
    return sources.keySet().stream()
        .filter(path -> folder.isEmpty() || path.startsWith(folder + "/"))
        .sorted()
        .toList();
  }

  @Override
  public Optional<InputStream> open(String path) throws IOException {
    var source = sources.get(path);
    return source == null ? Optional.empty() : images.open(source);
  }

  @Override
  public boolean has(String path) throws IOException {
    var source = sources.get(path);
    return source != null && images.has(source);
  }
}
