package dev.fovea.dvc.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.IntToLongFunction;
import java.util.zip.CRC32;

/** Numbers that are read or written column by column, through one small buffer. */
final class ColumnFile {
  private static final int BUFFER = 256 << 10;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private final CRC32 checksum = new CRC32();

  ColumnFile(FileChannel channel) {
    this.channel = channel;
  }

  /** CRC-32 of all that was read, or written and flushed. */
  long checksum() {
    return checksum.getValue();
  }

  /**
   * The next ones.
   *
   * @throws EOFException when the file ends before
   */
  long[] longs(int count) throws IOException {
    var column = new long[count];
    for (int done = 0; done < count; ) {
      int some = Math.min(count - done, BUFFER / Long.BYTES);
      fill(some * Long.BYTES).asLongBuffer().get(column, done, some);
      done += some;
    }
    return column;
  }

  /** The next ones. */
  int[] ints(int count) throws IOException {
    var column = new int[count];
    for (int done = 0; done < count; ) {
      int some = Math.min(count - done, BUFFER / Integer.BYTES);
      fill(some * Integer.BYTES).asIntBuffer().get(column, done, some);
      done += some;
    }
    return column;
  }

  /** The next ones. */
  byte[] bytes(int count) throws IOException {
    var column = new byte[count];
    for (int done = 0; done < count; ) {
      int some = Math.min(count - done, BUFFER);
      fill(some).get(column, done, some);
      done += some;
    }
    return column;
  }

  private ByteBuffer fill(int bytes) throws IOException {
    buffer.clear().limit(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    checksum.update(buffer.flip());
    return buffer.flip();
  }

  /** Writes so many. */
  void put(int count, IntToLongFunction column) throws IOException {
    for (int i = 0; i < count; i++) {
      room(Long.BYTES);
      buffer.putLong(column.applyAsLong(i));
    }
  }

  void put(int[] column) throws IOException {
    for (int each : column) {
      room(Integer.BYTES);
      buffer.putInt(each);
    }
  }

  void put(byte[] column) throws IOException {
    for (int done = 0; done < column.length; ) {
      room(1);
      int some = Math.min(column.length - done, buffer.remaining());
      buffer.put(column, done, some);
      done += some;
    }
  }

  private void room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  /** Writes what is in the buffer. */
  void flush() throws IOException {
    buffer.flip();
    checksum.update(buffer.duplicate());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
