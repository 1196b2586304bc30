package dev.fovea.labels.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** The files of a dataset, wherever they lie; a path has {@code /} and leads out of nowhere. */
public interface Folder {
  /**
   * The files at and below a folder, sorted; empty where there is none.
   *
   * @param folder such as {@code labels/train}; empty for all
   */
  List<String> list(String folder) throws IOException;

  /** A file's bytes, to be closed by the caller; may be opened again. Absent where it is not. */
  Optional<InputStream> open(String path) throws IOException;

  /** Whether there is such a file. */
  boolean has(String path) throws IOException;
}
