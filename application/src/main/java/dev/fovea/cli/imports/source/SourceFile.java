package dev.fovea.cli.imports.source;

import java.io.IOException;
import java.io.InputStream;

/**
 * A file of a run or a logged model.
 *
 * @param path slash-separated, relative, without dotted segments
 * @param bytes its size as the source says
 * @param near whether reading it costs no more than a disk
 */
public record SourceFile(String path, long bytes, boolean near, Content content) {
  /** Opens it from its first byte. */
  public interface Content {
    InputStream open() throws IOException;
  }
}
