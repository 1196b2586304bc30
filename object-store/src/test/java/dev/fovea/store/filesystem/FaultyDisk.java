package dev.fovea.store.filesystem;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/** The real disk until its n-th operation, which fails; everything afterwards works again. */
final class FaultyDisk implements Disk {
  private final Disk disk = new LocalDisk();
  private int left = Integer.MAX_VALUE;
  private String failed = "";
  private boolean interrupts;

  /** Lets the n-th operation from now on fail, from 1. */
  void failAt(int operation) {
    left = operation;
    failed = "";
    interrupts = false;
  }

  /** Interrupts the thread at its n-th operation from now on, which then goes on. */
  void interruptAt(int operation) {
    failAt(operation);
    interrupts = true;
  }

  /** Which operation failed; empty where none has. */
  String failed() {
    return failed;
  }

  private void pass(String operation) throws IOException {
    if (--left == 0) {
      failed = operation;
      if (interrupts) {
        Thread.currentThread().interrupt();
        return;
      }
      throw new IOException(operation + ": No space left on device");
    }
  }

  @Override
  public OutputStream create(Path file) throws IOException {
    pass("create");
    return new FilterOutputStream(disk.create(file)) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        // Torn: half of it reaches the disk.
        out.write(bytes, offset, length / 2);
        pass("write");
        out.write(bytes, offset + length / 2, length - length / 2);
      }
    };
  }

  @Override
  public void seal(Path file) throws IOException {
    pass("seal");
    disk.seal(file);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    pass("move");
    disk.move(from, to);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    pass("force folder");
    disk.forceFolder(folder);
  }

  @Override
  public void delete(Path file) throws IOException {
    pass("delete");
    disk.delete(file);
  }

  @Override
  public InputStream open(Path file) throws IOException {
    pass("open");
    return disk.open(file);
  }
}
