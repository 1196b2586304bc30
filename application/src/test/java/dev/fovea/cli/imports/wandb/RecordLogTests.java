package dev.fovea.cli.imports.wandb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.cli.imports.source.Remarks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class RecordLogTests {
  private static final int BLOCK = 32_768;
  private final Remarks remarks = new Remarks();

  private List<byte[]> read(byte[] file) throws IOException {
    var records = new ArrayList<byte[]>();
    new RecordLog("run", remarks).read(new ByteArrayInputStream(file), file.length, records::add);
    return records;
  }

  /** Written as wandb's datastore.py writes it. */
  private static byte[] written(int... sizes) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {':', 'W', '&', 'B', (byte) 0xE1, (byte) 0xBE, 0});
    var random = new Random(7);
    for (int size : sizes) {
      var record = new byte[size];
      random.nextBytes(record);
      int used = 0;
      boolean first = true;
      do {
        int room = BLOCK - out.size() % BLOCK;
        if (room < 7) {
          out.writeBytes(new byte[room]);
          room = BLOCK;
        }
        int length = Math.min(room - 7, size - used);
        boolean last = used + length == size;
        chunk(
            out,
            first && last ? 1 : first ? 2 : last ? 4 : 3,
            Arrays.copyOfRange(record, used, used + length));
        used += length;
        first = false;
      } while (used < size);
    }
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, int kind, byte[] bytes) {
    var crc = new CRC32();
    crc.update(kind);
    crc.update(bytes);
    var header = ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt((int) crc.getValue()).putShort((short) bytes.length).put((byte) kind);
    out.writeBytes(header.array());
    out.writeBytes(bytes);
  }

  @Test
  void readsRecordsOfEverySizeAroundABlock() throws IOException {
    int[] sizes = {0, 1, 100, BLOCK - 7, BLOCK, BLOCK + 1, 3 * BLOCK, 5, 32_600, 12, 70_000};

    assertThat(read(written(sizes)).stream().mapToInt(record -> record.length))
        .containsExactly(Arrays.stream(sizes).boxed().toArray(Integer[]::new));
    assertThat(remarks.notes()).isEmpty();
    assertThat(remarks.faults()).isEmpty();
  }

  @Test
  void takesWhatIsWholeOfAFileThatEndsAnywhere() throws IOException {
    var file = written(10, 20, 30);
    var ends = List.of(7 + 7 + 10, 7 + 7 + 10 + 7 + 20, 7 + 7 + 10 + 7 + 20 + 7 + 30);

    for (int end = 7; end <= file.length; end++) {
      int cut = end;
      assertThat(read(Arrays.copyOf(file, end)))
          .as("%d bytes", end)
          .hasSize((int) ends.stream().filter(each -> each <= cut).count());
    }
    assertThat(remarks.faults()).isEmpty();
    assertThat(remarks.notes()).anyMatch(note -> note.contains("in the middle of a record"));
  }

  @Test
  void namesWhereAChecksumIsWrongAndGoesOnWithTheNextBlock() throws IOException {
    var file = written(10, 40_000, 20);
    file[7 + 7 + 3] ^= 1;

    assertThat(read(file)).hasSize(1);
    assertThat(remarks.faults())
        .singleElement()
        .asString()
        .contains("damaged at byte 7", "checksum");
  }

  @Test
  void survivesEveryFlippedBit() throws IOException {
    var file = written(10, 300, 40_000, 20);
    var random = new Random(3);

    for (int i = 0; i < 3_000; i++) {
      var broken = file.clone();
      int at = 7 + random.nextInt(file.length - 7);
      broken[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(read(broken)).as("bit of byte %d", at).hasSizeLessThan(4);
    }
  }

  @Test
  void refusesOtherFiles() {
    assertThatThrownBy(() -> read(new byte[100])).hasMessageContaining("does not begin");
    assertThatThrownBy(() -> read(new byte[3])).hasMessageContaining("3 bytes");
    var newer = written(1);
    newer[6] = 9;
    assertThatThrownBy(() -> read(newer)).hasMessageContaining("version 9");
  }

  @Test
  void boundsWhatAMessageClaims() {
    // Field 1 with more bytes than there are; a number that does not end; a group.
    for (var bytes :
        List.of(
            new byte[] {10, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 1},
            new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            new byte[] {11},
            new byte[] {9, 1, 2})) {
      assertThatThrownBy(() -> Message.of(bytes)).hasMessageContaining("no protobuf message");
    }
  }
}
