package dev.fovea.store.filesystem;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A file being written; what the disk throws leaves as the store's problem. */
final class Guarded implements AutoCloseable {
  private final OutputStream out;

  Guarded(Disk disk, Path file) {
    try {
      out = disk.create(file);
    } catch (IOException e) {
      throw FilesystemObjectStore.unavailable("it can't be written", e);
    }
  }

  void write(byte[] buffer, int length) {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw FilesystemObjectStore.unavailable("it can't be written", e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw FilesystemObjectStore.unavailable("it can't be written", e);
    }
  }
}
