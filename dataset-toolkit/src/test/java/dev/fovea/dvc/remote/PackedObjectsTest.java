package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.pack.PackRefused;
import dev.fovea.dvc.pack.RawIndex;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every remote does, where packs are looked into as well; and packs of somebody hostile. */
class PackedObjectsTest extends RemoteContract {
  @TempDir Path folder;

  @Override
  protected Remote remote() {
    return new PackedObjects(new FolderRemote(folder.resolve("remote")));
  }

  private static String md5(String text) {
    return Md5.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  private void put(byte[] pack, RawIndex index) throws IOException {
    var packs = Files.createDirectories(folder.resolve("remote/fovea/packs"));
    Files.write(packs.resolve(index.pack + ".pack"), pack);
    Files.write(packs.resolve(index.pack + ".idx"), index.bytes());
  }

  /** A pack of one object that is called otherwise than it is. */
  private void putOne(String md5, String sha256, String text) throws IOException {
    var pack = RawIndex.pack(text);
    put(pack, new RawIndex(pack).entry(md5, sha256, 16, text.length()));
  }

  private String read(String name) throws IOException {
    try (var in = remote().open(name).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void findsListsAndOpensWhatIsInAPack() throws Exception {
    putOne(md5("one"), sha256("one"), "one");

    var remote = remote();
    assertThat(remote.has(md5("one"))).isTrue();
    assertThat(remote.find(md5("one")).orElseThrow().bytes()).isEqualTo(3);
    assertThat(remote.loose().has(md5("one"))).isFalse();
    assertThat(read(md5("one"))).isEqualTo("one");
    for (int digits : new int[] {2, 5}) {
      var listed = new ArrayList<Remote.Listed>();
      remote.list(md5("one").substring(0, digits), listed::add);
      assertThat(listed.stream().map(Remote.Listed::name)).containsExactly(md5("one"));
    }
    assertThat(remote.has(md5("two"))).isFalse();
  }

  @Test
  void givesWhatIsLooseWhereThePackIsGone() throws Exception {
    putOne(md5("one"), sha256("one"), "one");
    var remote = remote();
    assertThat(remote.has(md5("one"))).isTrue(); // its index is known now
    remote.put(new Remote.Upload(md5("one"), Files.writeString(folder.resolve("one"), "one"), 3));
    try (var packs = Files.list(folder.resolve("remote/fovea/packs"))) {
      for (var file : packs.toList()) {
        Files.delete(file);
      }
    }
    try (var in = remote.open(md5("one")).orElseThrow()) {
      assertThat(in.readAllBytes()).asString().isEqualTo("one");
    }
  }

  /** The reader compares MD5s; that of the index would be right, and the bytes another's. */
  @Test
  void refusesAnObjectWhoseSha256IsNotThatOfTheIndex() throws Exception {
    putOne(md5("one"), sha256("two"), "one");
    assertThatThrownBy(() -> read(md5("one")))
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("the object %s has another SHA-256".formatted(md5("one")));
  }

  /** Neither is right: whoever reads sees that, and names the file. */
  @Test
  void prefersALooseObjectToADamagedOne() throws Exception {
    putOne(md5("one"), sha256("one"), "eno");
    assertThat(read(md5("one"))).isEqualTo("eno");
    remote().put(new Remote.Upload(md5("one"), Files.writeString(folder.resolve("one"), "one"), 3));
    assertThat(read(md5("one"))).isEqualTo("one");
  }

  @Test
  void refusesTwoFilesUnderOneMd5() throws Exception {
    putOne(md5("one"), sha256("one"), "one");
    putOne(md5("one"), sha256("two"), "two");
    putOne(md5("three"), sha256("three"), "three");
    assertThatThrownBy(() -> read(md5("one")))
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("have different files under the MD5 " + md5("one"));
    assertThatThrownBy(() -> remote().has(md5("one"))).isInstanceOf(PackRefused.class);
    assertThat(read(md5("three"))).as("others are not kept back").isEqualTo("three");
  }

  @Test
  void takesTheSameObjectFromEitherPack() throws Exception {
    putOne(md5("one"), sha256("one"), "one");
    var pack = RawIndex.pack("one", "two");
    var index = new RawIndex(pack);
    for (var text :
        List.of("one", "two").stream().sorted((a, b) -> md5(a).compareTo(md5(b))).toList()) {
      index.entry(md5(text), sha256(text), text.equals("one") ? 16 : 19, 3);
    }
    put(pack, index);
    assertThat(read(md5("one"))).isEqualTo("one");
    assertThat(read(md5("two"))).isEqualTo("two");
    var listed = new ArrayList<Remote.Listed>();
    remote().list(md5("one").substring(0, 2), listed::add);
    assertThat(listed).hasSize(1);
  }

  @Test
  void refusesAPackThatIsCutShort() throws Exception {
    putOne(md5("one"), sha256("one"), "one");
    var pack =
        folder.resolve("remote/fovea/packs/" + Digest.sha256(RawIndex.pack("one")).hex() + ".pack");
    var known = remote();
    assertThat(known.has(md5("one"))).isTrue();
    Files.write(pack, RawIndex.pack("on"));

    assertThatThrownBy(() -> known.open(md5("one")))
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("it ends at byte 18 (expected: at byte 19");
    assertThatThrownBy(() -> read(md5("one")))
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("18 bytes (expected: 19, as its index says)");
  }

  @Test
  void readsNoIndexThatIsTooLong() throws Exception {
    putOne(md5("one"), sha256("one"), "one");
    var name = Digest.sha256(RawIndex.pack("one")).hex();
    try (var index =
        new java.io.RandomAccessFile(
            folder.resolve("remote/fovea/packs/" + name + ".idx").toFile(), "rw")) {
      index.setLength(64L << 30); // no block of it is on the disk
    }
    assertThatThrownBy(() -> read(md5("one")))
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("68719476736 bytes (expected: at most 4194392)");
  }

  /** Many threads read a large pack in about the order in which it lies. */
  @Test
  void readsEveryObjectOfALargePackInAnyOrder() throws Exception {
    var texts = new ArrayList<String>();
    var random = new java.util.Random(6);
    for (int i = 0; i < 3000; i++) {
      texts.add(
          i + ":" + HexFormat.of().toHexDigits(random.nextLong()).repeat(random.nextInt(300)));
    }
    var pack = RawIndex.pack(texts.toArray(String[]::new));
    var places = new java.util.TreeMap<String, int[]>();
    int offset = 16;
    for (int i = 0; i < texts.size(); i++) {
      places.put(md5(texts.get(i)), new int[] {i, offset});
      offset += texts.get(i).length();
    }
    var index = new RawIndex(pack);
    places.forEach((md5, place) ->
        index.entry(md5, sha256(texts.get(place[0])), place[1], texts.get(place[0]).length()));
    put(pack, index);
    var remote = remote();
    for (var order : List.of("forward", "backward", "any")) {
      var some = new ArrayList<>(texts);
      if (order.equals("backward")) {
        java.util.Collections.reverse(some);
      } else if (order.equals("any")) {
        java.util.Collections.shuffle(some, random);
      }
      dev.fovea.dvc.disk.SideBySide.each(
          some,
          16,
          () -> remote,
          (from, text) -> {
            try (var in = from.open(md5(text)).orElseThrow()) {
              assertThat(in.readAllBytes()).asString().isEqualTo(text);
            }
          });
    }
  }
}
