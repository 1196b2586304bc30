package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.LabelledObject;
import java.util.List;
import java.util.Optional;

/**
 * A file that a dataset says something about.
 *
 * @param path inside the dataset folder
 * @param label of the whole image; empty where it has none
 * @param slice a part of the data; absent where none was named
 * @param objects those that are sound
 * @param source the file that says so, inside the dataset folder
 * @param line in that file, from 1; 0 where its place says so
 */
public record LabelledFile(
    String path,
    String label,
    String split,
    Optional<String> slice,
    List<LabelledObject> objects,
    String source,
    int line) {
  public LabelledFile withObjects(List<LabelledObject> others) {
    return new LabelledFile(path, label, split, slice, others, source, line);
  }
}
