package dev.fovea.labels.files;

import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A folder in memory. Not thread-safe. */
public final class MemoryFolder implements Folder, Sink {
  private static final byte[] BEGUN = {};

  private final TreeMap<String, byte[]> files = new TreeMap<>();

  /** This folder with one more file. */
  public MemoryFolder with(String path, String text) {
    return with(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** This folder with one more file. */
  public MemoryFolder with(String path, byte[] bytes) {
    files.put(path, bytes.clone());
    return this;
  }

  /** A file's text; fails where there is none. */
  public String text(String path) {
    var bytes = files.get(path);
    if (bytes == null) {
      throw new IllegalArgumentException(
          "no file '%s' (expected: one of %s)".formatted(path, files.keySet()));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public List<String> list(String folder) {
    return files.keySet().stream()
        .filter(path -> folder.isEmpty() || path.startsWith(folder + "/"))
        .toList();
  }

  @Override
  public Optional<InputStream> open(String path) {
    return Optional.ofNullable(files.get(path)).map(ByteArrayInputStream::new);
  }

  @Override
  public boolean has(String path) {
    return files.containsKey(path);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    var fault = RelativePath.fault(path);
    if (fault.isPresent()) {
      throw new IOException("'%s' %s".formatted(Text.excerpt(path), fault.get()));
    }
    if (files.putIfAbsent(path, BEGUN) != null) {
      throw new FileAlreadyExistsException(path);
    }
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        files.put(path, toByteArray());
      }
    };
  }
}
