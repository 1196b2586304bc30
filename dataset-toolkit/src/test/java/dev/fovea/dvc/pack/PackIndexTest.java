package dev.fovea.dvc.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an index says, and what it may not say. */
class PackIndexTest {
  private static final String A = "0a" + "0".repeat(30);
  private static final String B = "0b" + "0".repeat(30);
  private static final String SHA = "ab".repeat(32);
  private static final byte[] PACK = RawIndex.pack("first", "second");

  @TempDir Path folder;

  private static RawIndex good() {
    return new RawIndex(PACK).entry(A, SHA, 16, 5).entry(B, SHA, 21, 6);
  }

  private static void refused(RawIndex raw, String why) {
    refused(raw.pack, raw.bytes(), why);
  }

  private static void refused(String name, byte[] bytes, String why) {
    assertThatThrownBy(() -> PackIndex.read(name, bytes))
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("the index fovea/packs/" + name + ".idx: ")
        .hasMessageContaining(why);
  }

  @Test
  void saysWhereObjectsLie() {
    var index = PackIndex.read(good().pack, good().bytes());

    assertThat(index.size()).isEqualTo(2);
    assertThat(index.packBytes()).isEqualTo(27);
    assertThat(index.md5(1)).isEqualTo(B);
    assertThat(index.offset(1)).isEqualTo(21);
    assertThat(index.length(1)).isEqualTo(6);
    assertThat(index.bytes()).isEqualTo(good().bytes());
  }

  /** What is written is what docs/packs.md says: an independent hand writes the same bytes. */
  @Test
  void isWrittenByteByByteAsItIsDocumented() throws IOException {
    var builder = new PackBuilder(100);
    var objects = new TreeMap<String, String>();
    int offset = 16;
    for (var text : new String[] {"first", "", "second", "third"}) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      var file = Files.write(folder.resolve("x" + text), bytes);
      var md5 = builder.add(file, bytes.length);
      assertThat(md5).isEqualTo(Md5.hex(bytes));
      objects.put(md5, Digest.sha256(bytes).hex() + " " + offset + " " + bytes.length);
      offset += bytes.length;
    }
    var pack = builder.finish();

    var bytes = Arrays.copyOf(pack.bytes(), pack.length());
    assertThat(bytes).isEqualTo(RawIndex.pack("first", "", "second", "third"));
    assertThat(pack.digest()).isEqualTo(Digest.sha256(bytes));
    var expected = new RawIndex(bytes);
    objects.forEach((md5, rest) -> {
      var words = rest.split(" ");
      expected.entry(md5, words[0], Long.parseLong(words[1]), Long.parseLong(words[2]));
    });
    assertThat(pack.index().bytes()).isEqualTo(expected.bytes());
  }

  @Test
  void dividesObjectsAmongPacks() {
    var sizes = new long[200];
    Arrays.fill(sizes, 1 << 20);
    assertThat(PackBuilder.shares(sizes))
        .containsExactly(
            new PackBuilder.Share(0, 64, 64 << 20),
            new PackBuilder.Share(64, 128, 64 << 20),
            new PackBuilder.Share(128, 192, 64 << 20),
            new PackBuilder.Share(192, 200, 8 << 20));
    assertThat(PackBuilder.shares(new long[100_000]))
        .containsExactly(
            new PackBuilder.Share(0, 65_536, 0), new PackBuilder.Share(65_536, 100_000, 0));
    assertThat(PackBuilder.shares(new long[0])).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_537, 1_000_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void claimsNoMoreObjectsThanAPackMayHave(int count) {
    var raw = good();
    raw.count = count;
    refused(
        raw,
        "there are %s objects (expected: 1 to 65536)".formatted(Integer.toUnsignedString(count)));
  }

  @Test
  void hasAsManyBytesAsItsObjectsNeed() {
    var raw = good();
    raw.count = 3;
    refused(raw, "216 bytes (expected: 280, for 3 objects)");
    raw.count = 1;
    refused(raw, "216 bytes (expected: 152, for 1 objects)");
    var longer = good();
    longer.after = new byte[] {1};
    refused(longer, "217 bytes (expected: 216");
    for (int length = 0; length < 216; length++) {
      int n = length;
      assertThatThrownBy(() -> PackIndex.read(good().pack, Arrays.copyOf(good().bytes(), n)))
          .as("%d bytes", n)
          .isInstanceOf(PackRefused.class);
    }
  }

  @Test
  void isOfThisKindAndVersion() {
    var raw = good();
    raw.magic = "FOVEAPCK";
    refused(raw, "does not begin with FOVEAIDX");
    var newer = good();
    newer.version = 2;
    refused(newer, "version 2 (expected: 1)");
  }

  @Test
  void isOfThePackOfItsName() {
    refused("c".repeat(64), good().bytes(), "it is the index of the pack " + good().pack);
  }

  @Test
  void isUndamaged() {
    var random = new Random(4);
    for (int turn = 0; turn < 200; turn++) {
      var bytes = good().bytes();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> PackIndex.read(good().pack, bytes)).isInstanceOf(PackRefused.class);
    }
    var bytes = good().bytes();
    bytes[60] ^= 1;
    refused(good().pack, bytes, "its checksum is not that of its bytes");
  }

  @Test
  void hasNoObjectsOneOverTheOther() {
    refused(
        new RawIndex(PACK).entry(A, SHA, 16, 6).entry(B, SHA, 21, 6),
        "the object %s begins at byte 21, where another one is that ends at 22".formatted(B));
    refused(
        new RawIndex(PACK).entry(A, SHA, 16, 11).entry(B, SHA, 16, 11), "begins at byte 16, where");
  }

  @Test
  void leavesNoByteOut() {
    refused(
        new RawIndex(PACK).entry(A, SHA, 16, 4).entry(B, SHA, 21, 6),
        "the bytes 20 to 21 belong to no object");
    refused(
        new RawIndex(PACK).entry(A, SHA, 16, 5).entry(B, SHA, 21, 5),
        "the bytes 26 to 27 belong to no object");
  }

  @Test
  void hasNoObjectBehindTheEnd() {
    refused(new RawIndex(PACK).entry(A, SHA, 16, 12), "has 12 bytes from byte 16 on, and the pack");
    refused(new RawIndex(PACK).entry(A, SHA, 1L << 40, 1), "from byte 1099511627776 on");
    refused(new RawIndex(PACK).entry(A, SHA, Long.MAX_VALUE, 2), "from byte 9223372036854775807");
    refused(new RawIndex(PACK).entry(A, SHA, -1, 2), "from byte 18446744073709551615 on");
    refused(new RawIndex(PACK).entry(A, SHA, 0, 27), "has 27 bytes from byte 0 on");
    refused(new RawIndex(PACK).entry(A, SHA, 16, -1), "has 18446744073709551615 bytes");
    refused(new RawIndex(PACK).entry(A, SHA, 16, (4 << 20) + 1), "(expected: at most 4194304)");
  }

  @Test
  void isOfAPackThatMayBe() {
    var raw = good();
    raw.packBytes = (128 << 20) + 1;
    refused(raw, "the pack has 134217729 bytes (expected: 16 to 134217728)");
    raw.packBytes = -5;
    refused(raw, "the pack has 18446744073709551611 bytes");
  }

  @Test
  void hasEachObjectOnceAndInOrder() {
    refused(
        new RawIndex(PACK).entry(A, SHA, 16, 5).entry(A, "cd".repeat(32), 21, 6),
        "it has the object %s twice".formatted(A));
    refused(
        new RawIndex(PACK).entry(B, SHA, 16, 5).entry(A, SHA, 21, 6),
        "the object %s is not in the order of MD5s".formatted(A));
  }
}
