package dev.fovea.labels.files;

import java.io.IOException;
import java.io.OutputStream;

/** Where label files are written. */
public interface Sink {
  /**
   * Begins a file that is not there yet; its folders are made.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it is
   */
  OutputStream create(String path) throws IOException;
}
