package dev.fovea.labels.format;

import java.io.Closeable;
import java.io.IOException;

/** Writes images; the files are whole once it is closed. */
public interface LabelWriter extends LabelFormat.ImageConsumer, Closeable {
  /**
   * Ends without an error what is written so far; what is left of a writer that fails is rubbish.
   */
  @Override
  void close() throws IOException;
}
