package dev.fovea.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The word of {@link ObjectStore}; each adapter's test extends it. */
public abstract class ObjectStoreContract {
  private static final Random RANDOM = new Random(20261122);

  /** The store under test, the same during one test. */
  protected abstract ObjectStore store();

  /** Puts other bytes in an object's place, behind the store's back. */
  protected abstract void damage(Digest digest, byte[] bytes) throws Exception;

  /** Deletes an object behind the store's back. */
  protected abstract void lose(Digest digest) throws Exception;

  @Test
  void givesBackWhatWasStored() throws IOException {
    for (int size : new int[] {0, 1, 4095, 65_536, 65_537, 6 << 20}) {
      var content = random(size);
      var digest = store().put(content);
      assertThat(digest).isEqualTo(Digest.sha256(content));
      assertThat(store().exists(digest)).isTrue();
      assertThat(store().size(digest)).isEqualTo(size);
      assertThat(store().bytes(digest, size)).isEqualTo(content);
    }
  }

  @Test
  void storesStreamsAndFilesUnderTheSameDigest(@TempDir Path folder) throws IOException {
    var content = random(100_000);
    var file = Files.write(folder.resolve("file"), content);
    var closed = new AtomicBoolean();
    var stream =
        new ByteArrayInputStream(content) {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    assertThat(store().put(file)).isEqualTo(store().put(stream)).isEqualTo(store().put(content));
    assertThat(closed).as("the stream is left open").isFalse();
    assertThat(stream.read()).as("and at its end").isEqualTo(-1);
  }

  @Test
  void readsFromAPathThatHoldsTheVerifiedContent() throws Exception {
    var content = random(70_000);
    var digest = store().put(content);
    try (var local = store().local(digest)) {
      assertThat(local.path()).hasBinaryContent(content);
    }
    assertThat(store().bytes(digest, 70_000))
        .as("closing the copy leaves the object")
        .isEqualTo(content);
  }

  @Test
  void saysThatThereIsNoSuchObject() throws IOException {
    var missing = Digest.sha256(random(32));
    assertThat(store().exists(missing)).isFalse();
    assertMissing(missing, () -> store().size(missing));
    assertMissing(missing, () -> store().open(missing));
    assertMissing(missing, () -> store().local(missing));
    assertMissing(missing, () -> store().bytes(missing, 10));
  }

  @Test
  void refusesToReadMoreThanTheLimit() throws IOException {
    var digest = store().put(random(1_001));
    assertThatThrownBy(() -> store().bytes(digest, 1_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1001 bytes (expected: at most 1000)");
  }

  @Test
  void neverServesDamagedBytes() throws Exception {
    var content = random(200_000);
    var flipped = content.clone();
    flipped[199_999] ^= 1;
    for (var wrong :
        new byte[][] {
          flipped, Arrays.copyOf(content, 199_999), Arrays.copyOf(content, 200_001), {}
        }) {
      var digest = store().put(content);
      damage(digest, wrong);
      assertThatThrownBy(() -> store().bytes(digest, 1 << 20))
          .isInstanceOfSatisfying(
              ObjectDamaged.class, problem -> assertThat(problem.digest()).isEqualTo(digest));
      assertThatThrownBy(() -> store().local(digest)).isInstanceOf(ObjectDamaged.class);
    }
  }

  @Test
  void tellsOfDamageToAReaderThatSkipsOrStopsAtTheLastByte() throws Exception {
    var content = random(50_000);
    var digest = store().put(content);
    content[10] ^= 4;
    damage(digest, content);
    try (var in = store().open(digest)) {
      in.skipNBytes(49_999);
      assertThatThrownBy(in::read).isInstanceOf(ObjectDamaged.class);
    }
    try (var in = store().open(digest)) {
      assertThatThrownBy(() -> in.readNBytes(50_000)).isInstanceOf(ObjectDamaged.class);
    }
  }

  @Test
  void isHealedByStoringTheSameBytesAgain() throws Exception {
    var content = random(30_000);
    var digest = store().put(content);
    damage(digest, new byte[30_000]);
    assertThatThrownBy(() -> store().bytes(digest, 30_000)).isInstanceOf(ObjectDamaged.class);
    store().put(content);
    assertThat(store().bytes(digest, 30_000)).isEqualTo(content);
  }

  @Test
  void noticesAnObjectThatIsGoneAndTakesItAgain() throws Exception {
    var content = random(300);
    var other = store().put(random(301));
    var digest = store().put(content);
    lose(digest);
    assertMissing(digest, () -> store().bytes(digest, 300));
    assertThat(store().size(other)).as("the others are untouched").isEqualTo(301);
    store().put(content);
    assertThat(store().bytes(digest, 300)).isEqualTo(content);
  }

  @Test
  void showsNothingOfAStreamThatBreaksOff() throws IOException {
    var begun = random(100_000);
    assertThatThrownBy(
            () -> store().put(new SequenceInputStream(new ByteArrayInputStream(begun), broken())))
        .isInstanceOf(IOException.class)
        .hasMessage("the sender is gone");
    assertThat(store().exists(Digest.sha256(begun))).isFalse();
  }

  @Test
  void takesTheSameAndOtherBytesFromManyThreads() throws Exception {
    var same = random(20_000);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<Future<Digest>>();
      for (int i = 0; i < 16; i++) {
        results.add(threads.submit(() -> store().put(same)));
        var own = ("object " + i).getBytes(StandardCharsets.UTF_8);
        results.add(threads.submit(() -> store().put(own)));
      }
      for (var result : results) {
        var digest = result.get();
        assertThat(Digest.sha256(store().bytes(digest, 20_000))).isEqualTo(digest);
      }
    }
  }

  private static PartKey part(String upload, int number) {
    return new PartKey(upload, number);
  }

  private static String anUpload() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  private static byte[] read(InputStream in) throws IOException {
    try (in) {
      return in.readAllBytes();
    }
  }

  @Test
  void keepsPartsUntilTheyAreDeletedAndShowsNoneAsAnObject() throws IOException {
    var transfers = store().transfers();
    var upload = anUpload();
    var first = random(200_000);
    var tag = transfers.put(part(upload, 1), new ByteArrayInputStream(first));
    var empty = transfers.put(part(upload, 3), InputStream.nullInputStream());
    assertThat(transfers.size(part(upload, 1), tag)).hasValue(200_000);
    assertThat(transfers.size(part(upload, 3), empty)).hasValue(0);
    assertThat(read(transfers.open(part(upload, 1), tag))).isEqualTo(first);
    assertThat(store().exists(Digest.sha256(first))).isFalse();
    assertThat(transfers.size(part(anUpload(), 1), tag)).as("another upload").isEmpty();

    transfers.delete(upload, 3);

    assertThat(transfers.size(part(upload, 1), tag)).isEmpty();
    assertThatThrownBy(() -> read(transfers.open(part(upload, 3), empty)))
        .isInstanceOfSatisfying(
            PartGone.class, problem -> assertThat(problem.number()).isEqualTo(3));
    transfers.delete(upload, 3);
    transfers.delete(anUpload(), 10);
  }

  @Test
  void givesAPartByItsTagAlone() throws IOException {
    var transfers = store().transfers();
    var key = part(anUpload(), 7);
    var before = transfers.put(key, new ByteArrayInputStream(random(5_000)));
    var content = random(6_000);
    var tag = transfers.put(key, new ByteArrayInputStream(content));
    assertThat(tag).isNotEqualTo(before);
    assertThat(read(transfers.open(key, tag))).isEqualTo(content);
    for (var wrong : new String[] {"", "x", "../../x", "0".repeat(64), tag + "0"}) {
      assertThat(transfers.size(key, wrong)).as(wrong).isEmpty();
      assertThatThrownBy(() -> transfers.open(key, wrong)).isInstanceOf(PartGone.class);
    }
    transfers.delete(key.upload(), 7);
  }

  @Test
  void showsNothingOfAPartThatBreaksOff() throws IOException {
    var transfers = store().transfers();
    var key = part(anUpload(), 1);
    var begun = random(100_000);
    assertThatThrownBy(() ->
            transfers.put(key, new SequenceInputStream(new ByteArrayInputStream(begun), broken())))
        .hasMessage("the sender is gone");
    assertThat(transfers.size(key, Digest.sha256(begun).hex())).isEmpty();
    transfers.delete(key.upload(), 1);
  }

  @Test
  void takesNoUploadThatIsAPathAndNoNumberOutOfRange() {
    for (var upload : new String[] {"", "..", "../" + "a".repeat(29), "A".repeat(32)}) {
      assertThatThrownBy(() -> new PartKey(upload, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("32 lower-case hex digits");
      assertThatThrownBy(() -> store().transfers().delete(upload, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int number : new int[] {0, -1, 10_001}) {
      assertThatThrownBy(() -> new PartKey(anUpload(), number))
          .hasMessage("part: number %d (expected: 1 to 10000)", number);
    }
  }

  private static InputStream broken() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("the sender is gone");
      }
    };
  }

  protected static byte[] random(int size) {
    var bytes = new byte[size];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static void assertMissing(Digest digest, Callable<?> call) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            NoSuchObject.class, problem -> assertThat(problem.digest()).isEqualTo(digest));
  }
}
