package dev.fovea.labels.files;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that must stand behind other text that is not known yet; kept in a temporary file. */
public final class Spool implements Closeable {
  private final Path file;
  private final OutputStream out;

  public Spool() throws IOException {
    file = Files.createTempFile("fovea-labels", ".part");
    out = new BufferedOutputStream(Files.newOutputStream(file));
  }

  public void add(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes all of it; nothing may be added any more. */
  public void copyTo(OutputStream target) throws IOException {
    out.close();
    Files.copy(file, target);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(file);
  }
}
