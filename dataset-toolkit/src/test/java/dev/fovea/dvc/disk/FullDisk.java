package dev.fovea.dvc.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real disk, seen through paths of its own, until its n-th operation that needs room: from then
 * on none that does succeeds, and of what is written half arrives. Removing and reading go on.
 */
public final class FullDisk extends PassedOnFiles {
  public static final String SAYS = "No space left on device";

  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

  /** Is full from the n-th operation from now on, from 1. */
  public void fullFrom(int operation) {
    left.set(operation);
  }

  /** Has room again. */
  public void makeRoom() {
    left.set(Integer.MAX_VALUE);
  }

  /** Whether an operation has failed. */
  public boolean isFull() {
    return left.get() <= 0;
  }

  private boolean hasRoom() {
    return left.updateAndGet(n -> Math.max(n - 1, 0)) > 0;
  }

  private void needRoom(Path file) throws FileSystemException {
    if (!hasRoom()) {
      throw new FileSystemException(file.toString(), null, SAYS);
    }
  }

  private boolean writes(Set<? extends OpenOption> options) {
    return options.contains(StandardOpenOption.WRITE);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (!writes(options)) {
      return FileChannel.open(real(path), options, attributes);
    }
    needRoom(path);
    return new PassedOnChannel(FileChannel.open(real(path), options, attributes)) {
      @Override
      public int write(ByteBuffer bytes) throws IOException {
        return FullDisk.this.write(behind, bytes);
      }

      @Override
      public void force(boolean metaData) {} // no machine is lost here
    };
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  private int write(SeekableByteChannel channel, ByteBuffer bytes) throws IOException {
    if (hasRoom()) {
      return channel.write(bytes);
    }
    var half = bytes.slice(bytes.position(), bytes.remaining() / 2);
    bytes.position(bytes.position() + channel.write(half));
    // A channel does not say which file it writes.
    throw new IOException(SAYS);
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    if (!Files.exists(real(folder))) {
      needRoom(folder);
    }
    super.createDirectory(folder, attributes);
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    if (!hasRoom()) {
      var bytes = Files.readAllBytes(real(from));
      Files.write(real(to), java.util.Arrays.copyOf(bytes, bytes.length / 2));
      throw new FileSystemException(to.toString(), null, SAYS);
    }
    super.copy(from, to, options);
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    needRoom(to); // for its name
    super.move(from, to, options);
  }
}
