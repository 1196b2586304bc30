package dev.fovea.store.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/** What the store does to the disk, so that a test can let the n-th thing fail. */
interface Disk {
  /** Creates the file, which nobody else sees yet. */
  OutputStream create(Path file) throws IOException;

  /** Waits until a file's content is on the disk, and makes it read-only. */
  void seal(Path file) throws IOException;

  /** Gives a file its name, at once and over what has it. */
  void move(Path from, Path to) throws IOException;

  /** Waits until a folder's names are on the disk. */
  void forceFolder(Path folder) throws IOException;

  void delete(Path file) throws IOException;

  InputStream open(Path file) throws IOException;
}
