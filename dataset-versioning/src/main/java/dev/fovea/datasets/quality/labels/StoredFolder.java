package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.labels.files.Folder;
import dev.fovea.labels.format.LabelsTooLarge;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A dataset folder whose files are objects in the store. Not thread-safe. */
final class StoredFolder implements Folder {
  private static final char AFTER_SLASH = '/' + 1;

  private final TreeMap<String, Stored> files;
  private final ObjectStore objects;
  private final long mostBytes;
  private final Set<String> opened = new HashSet<>();
  private long bytes;

  /**
   * @param mostBytes of all files together, each as often as it is opened
   */
  StoredFolder(Map<String, Stored> files, ObjectStore objects, long mostBytes) {
    this.files = new TreeMap<>(files);
    this.objects = objects;
    this.mostBytes = mostBytes;
  }

  @Override
  public List<String> list(String folder) {
    return List.copyOf(
        folder.isEmpty()
            ? files.keySet()
            : files.subMap(folder + "/", folder + AFTER_SLASH).keySet());
  }

  /**
   * {@inheritDoc}
   *
   * @throws LabelsTooLarge when what was opened is more than may be read
   */
  @Override
  public Optional<InputStream> open(String path) throws IOException {
    var file = files.get(path);
    if (file == null) {
      return Optional.empty();
    }
    bytes += file.bytes();
    if (bytes > mostBytes) {
      throw new LabelsTooLarge(
          path,
          "with it more than %d bytes of labels were read (expected: each file once or a few times)"
              .formatted(mostBytes));
    }
    opened.add(path);
    return Optional.of(objects.open(file.digest()));
  }

  @Override
  public boolean has(String path) {
    return files.containsKey(path);
  }

  /** Whether a file was opened. */
  boolean wasOpened(String path) {
    return opened.contains(path);
  }
}
