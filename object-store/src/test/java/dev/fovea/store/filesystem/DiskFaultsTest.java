package dev.fovea.store.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.store.PartGone;
import dev.fovea.store.PartKey;
import dev.fovea.store.StoreUnavailable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFaultsTest {
  @TempDir Path root;
  private final FaultyDisk disk = new FaultyDisk();
  private final Random random = new Random(7);
  private FilesystemObjectStore store;

  @BeforeEach
  void open() throws IOException {
    store = new FilesystemObjectStore(root, disk);
  }

  @Test
  void acknowledgeNothingAndShowNothingHalfWhicheverOperationFails() throws IOException {
    var seen = new LinkedHashSet<String>();
    for (int operation = 1; ; operation++) {
      var content = content();
      var digest = Digest.sha256(content);
      disk.failAt(operation);
      boolean acknowledged;
      try {
        store.put(content);
        acknowledged = true;
      } catch (StoreUnavailable e) {
        acknowledged = false;
      }
      var failed = disk.failed();
      seen.add(failed);
      disk.failAt(Integer.MAX_VALUE);
      if (acknowledged || store.exists(digest)) {
        assertThat(store.bytes(digest, content.length)).as(failed).isEqualTo(content);
      }
      if (failed.isEmpty()) {
        break;
      }
      store = new FilesystemObjectStore(root, disk);
      assertThat(store.put(content)).as("the same bytes after a restart").isEqualTo(digest);
      assertThat(store.bytes(digest, content.length)).isEqualTo(content);
    }
    assertThat(seen)
        .containsExactly("create", "write", "seal", "move", "force folder", "delete", "");
  }

  @Test
  void thatAreFullLeaveNoTraceAndHealWithoutARestart() throws IOException {
    disk.failAt(3); // the second write
    assertThatThrownBy(() -> store.put(content()))
        .isInstanceOfSatisfying(
            StoreUnavailable.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.UNAVAILABLE);
              assertThat(problem.remedy()).contains("neither full nor read-only");
            });
    assertThat(root.resolve("unfinished")).isEmptyDirectory();
    var content = content();
    assertThat(store.bytes(store.put(content), content.length)).isEqualTo(content);
  }

  @Test
  void thatLoseASyncStopAllWritesUntilARestartWhileReadsGoOn() throws IOException {
    var before = content();
    var kept = store.put(before);
    disk.failAt(4); // create, two writes, seal
    assertThatThrownBy(() -> store.put(content())).isInstanceOf(StoreUnavailable.class);
    assertThat(disk.failed()).isEqualTo("seal");

    assertThatThrownBy(() -> store.put(content()))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("no other is accepted");
    assertThat(store.bytes(kept, before.length)).isEqualTo(before);

    var reopened = new FilesystemObjectStore(root);
    assertThat(reopened.exists(reopened.put(content()))).isTrue();
  }

  @Test
  void showNoHalfPartWhicheverOperationFails() throws IOException {
    var transfers = store.transfers();
    var upload = "a".repeat(32);
    var seen = new LinkedHashSet<String>();
    do {
      var key = new PartKey(upload, seen.size() + 1);
      var content = content();
      var expected = Digest.sha256(content).hex();
      disk.failAt(seen.size() + 1);
      boolean taken;
      try {
        taken = transfers.put(key, new ByteArrayInputStream(content)).equals(expected);
      } catch (StoreUnavailable e) {
        taken = false;
      }
      seen.add(seen.contains(disk.failed()) ? disk.failed() + " again" : disk.failed());
      disk.failAt(Integer.MAX_VALUE);
      assertThat(transfers.size(key, expected).isPresent()).as(disk.failed()).isEqualTo(taken);
      if (taken) {
        try (var in = transfers.open(key, expected)) {
          assertThat(in.readAllBytes()).isEqualTo(content);
        }
      }
    } while (!seen.contains(""));
    assertThat(seen).containsExactly("create", "write", "write again", "move", "delete", "");
    transfers.delete(upload, 10);
    assertThat(root.resolve("parts")).isEmptyDirectory();
  }

  @Test
  void thatChangeAPartAreNoticedWhenItIsRead() throws IOException {
    var transfers = store.transfers();
    var key = new PartKey("b".repeat(32), 1);
    var content = content();
    var tag = transfers.put(key, new ByteArrayInputStream(content));
    var file = root.resolve("parts").resolve(key.upload()).resolve("1-" + tag);
    for (var wrong : List.of(Arrays.copyOf(content, 99_999), new byte[100_000])) {
      Files.write(file, wrong);
      try (var in = transfers.open(key, tag)) {
        assertThatThrownBy(in::readAllBytes).isInstanceOf(PartGone.class);
      }
    }
  }

  /** A server that stops interrupts its threads; that says nothing of the disk. */
  @Test
  void areNotWhatAnInterruptIs() throws IOException {
    for (int operation = 1; operation < 8; operation++) {
      var content = content();
      disk.interruptAt(operation);
      boolean stored;
      try {
        store.put(content);
        stored = true;
      } catch (StoreUnavailable e) {
        stored = false;
      }
      assertThat(Thread.interrupted()).as(disk.failed()).isTrue();
      assertThat(stored || disk.failed().matches("create|write")).as(disk.failed()).isTrue();
      disk.failAt(Integer.MAX_VALUE);
      assertThat(store.bytes(store.put(content), content.length)).isEqualTo(content);
    }
  }

  /** More than one buffer, so that there are two writes. */
  private byte[] content() {
    var content = new byte[100_000];
    random.nextBytes(content);
    return content;
  }
}
