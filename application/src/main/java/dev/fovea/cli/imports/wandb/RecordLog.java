package dev.fovea.cli.imports.wandb;

import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.Remarks;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * A {@code run-….wandb} file: LevelDB's log format with a header of its own and plain CRC-32 (wandb
 * 0.23.0, sdk/internal/datastore.py). It is a row of blocks of 32 KiB; a chunk in one has a
 * checksum, a length and a kind, and a record that needs several begins with FIRST and ends with
 * LAST.
 *
 * <p>A file whose writer was killed ends in the middle of a record: what is before it counts. Where
 * a checksum is wrong, reading goes on with the next block.
 */
final class RecordLog {
  private static final byte[] IDENT = ":W&B".getBytes(StandardCharsets.US_ASCII);
  private static final int MAGIC = 0xBEE1;
  private static final int HEADER_BYTES = 7;
  private static final int BLOCK_BYTES = 32_768;
  private static final int MOST_RECORD_BYTES = 64 << 20;

  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;

  private final String name;
  private final Remarks remarks;
  private final byte[] chunk = new byte[BLOCK_BYTES];
  private long offset;
  private boolean inRecord;
  private long recordAt;
  private final ByteArrayOutputStream record = new ByteArrayOutputStream();

  /**
   * @param name of the file, for people
   */
  RecordLog(String name, Remarks remarks) {
    this.name = name;
    this.remarks = remarks;
  }

  /**
   * Takes each whole record.
   *
   * @param size how many bytes count; what is written behind them meanwhile does not
   */
  void read(InputStream from, long size, Each<byte[]> each) throws IOException {
    var in = new BufferedInputStream(from, 1 << 16);
    header(in);
    while (offset < size) {
      int room = BLOCK_BYTES - (int) (offset % BLOCK_BYTES);
      if (room < HEADER_BYTES) {
        skip(in, room);
      } else if (!chunk(in, size, room, each)) {
        return;
      }
    }
    if (inRecord) {
      cut(recordAt);
    }
  }

  private void header(InputStream in) throws IOException {
    var bytes = in.readNBytes(HEADER_BYTES);
    offset = bytes.length;
    if (bytes.length < HEADER_BYTES) {
      throw new IOException("%s has %d bytes, and is no run".formatted(name, bytes.length));
    }
    var header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var ident = new byte[IDENT.length];
    header.get(ident);
    int magic = Short.toUnsignedInt(header.getShort());
    int version = Byte.toUnsignedInt(header.get());
    if (!Arrays.equals(ident, IDENT) || magic != MAGIC) {
      throw new IOException("%s does not begin as a file of wandb does".formatted(name));
    }
    if (version != 0) {
      throw new IOException(
          "%s is of version %d of wandb's format (expected: 0)".formatted(name, version));
    }
  }

  /** Reads one chunk; false at the end of what is whole. */
  private boolean chunk(InputStream in, long size, int room, Each<byte[]> each) throws IOException {
    long at = offset;
    if (size - at < HEADER_BYTES) {
      cut(inRecord ? recordAt : at);
      return false;
    }
    var header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    if (header.remaining() < HEADER_BYTES) {
      cut(at);
      return false;
    }
    offset += HEADER_BYTES;
    int sum = header.getInt();
    int length = Short.toUnsignedInt(header.getShort());
    int kind = Byte.toUnsignedInt(header.get());
    if (sum == 0 && length == 0 && kind == 0) {
      skip(in, room - HEADER_BYTES);
      return true;
    }
    if (length > room - HEADER_BYTES) {
      bad(
          at,
          "it claims %d bytes in a block that has %d left".formatted(length, room - HEADER_BYTES));
      skip(in, room - HEADER_BYTES);
      return true;
    }
    if (length > size - offset || in.readNBytes(chunk, 0, length) < length) {
      cut(inRecord ? recordAt : at);
      return false;
    }
    offset += length;
    if (checksum(kind, length) != sum) {
      bad(at, "its checksum is wrong");
      skip(in, room - HEADER_BYTES - length);
      return true;
    }
    take(at, kind, length, each);
    return true;
  }

  private int checksum(int kind, int length) {
    var crc = new CRC32();
    crc.update(kind);
    crc.update(chunk, 0, length);
    return (int) crc.getValue();
  }

  private void take(long at, int kind, int length, Each<byte[]> each) throws IOException {
    switch (kind) {
      case FULL, FIRST -> {
        if (inRecord) {
          bad(recordAt, "the record has no end");
        }
        record.reset();
        recordAt = at;
        inRecord = true;
      }
      case MIDDLE, LAST -> {
        if (!inRecord) {
          // The rest of one whose beginning was damaged.
          return;
        }
      }
      default -> {
        bad(at, "it is of kind %d (expected: 1 to 4)".formatted(kind));
        return;
      }
    }
    if (record.size() + length > MOST_RECORD_BYTES) {
      bad(recordAt, "it has more than %d bytes".formatted(MOST_RECORD_BYTES));
      return;
    }
    record.write(chunk, 0, length);
    if (kind == FULL || kind == LAST) {
      inRecord = false;
      each.take(record.toByteArray());
    }
  }

  private void skip(InputStream in, int bytes) throws IOException {
    // At the end of the file there may be fewer.
    for (int left = bytes; left > 0; ) {
      long n = in.skip(left);
      if (n == 0 && in.read() < 0) {
        break;
      }
      left -= (int) Math.max(1, n);
    }
    offset += bytes;
  }

  private void bad(long at, String why) {
    inRecord = false;
    record.reset();
    remarks.fault(
        "%s is damaged at byte %d: %s; what follows in its block is lost".formatted(name, at, why));
  }

  private void cut(long at) {
    remarks.note(
        "%s ends in the middle of a record at byte %d, as after a crash: what is before it is taken"
            .formatted(name, at));
  }
}
