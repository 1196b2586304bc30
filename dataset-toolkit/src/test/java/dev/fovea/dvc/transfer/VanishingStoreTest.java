package dev.fovea.dvc.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.remote.FlakyS3;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.RemoteUnavailable;
import dev.fovea.dvc.remote.S3Remote;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that goes away while a folder is pushed or pulled. */
@Timeout(30)
class VanishingStoreTest {
  @TempDir Path folder;
  private FlakyS3 store;
  private Remote remote;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    store = new FlakyS3();
    remote = new S3Remote(store.address());
    desk = Desk.in(folder);
    for (int i = 0; i < 40; i++) {
      desk.write("d/%d.txt".formatted(i), "file " + i);
    }
    desk.add("d");
  }

  @AfterEach
  void close() throws IOException {
    remote.close();
    store.close();
  }

  private void pull(Desk other) throws IOException {
    var tracked = other.copy.tracked(other.root.resolve("d"));
    new Pulling(other.copy, remote, Progress.NONE, false).pull(tracked);
  }

  /** Nobody answers for half a second once so many requests of a method have come. */
  private Thread goesAwayAfter(String method, int requests) {
    var met = new CountDownLatch(1);
    for (int i = 0; i < requests; i++) {
      store.next(method, FlakyS3.none());
    }
    store.next(method, (_, _) -> met.countDown());
    return Thread.ofVirtual()
        .start(() -> {
          try {
            met.await();
            store.stop();
            Thread.sleep(500);
            store.start();
          } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void isWaitedForByAPushAndByAPull() throws Exception {
    var away = goesAwayAfter("PUT", 15);
    assertThat(desk.push(_ -> remote).files()).isEqualTo(41);
    away.join();
    assertThat(store.objects).hasSize(41);

    var other = desk.clone(folder.resolve("other"));
    away = goesAwayAfter("GET", 10);
    pull(other);
    away.join();
    assertThat(other.files("d")).isEqualTo(desk.files("d"));
  }

  @Test
  void hasNoFolderWithoutItsFilesWhereItStaysAway() throws Exception {
    var name = desk.copy.tracked(desk.root.resolve("d")).name();
    for (int i = 0; i < 20; i++) {
      store.next("PUT", FlakyS3.none());
    }
    for (int i = 0; i < 16; i++) {
      store.next("PUT", FlakyS3.error(503, "SlowDown", "Retry-After", "86400"));
    }
    assertThatThrownBy(() -> desk.push(_ -> remote))
        .isInstanceOf(RemoteUnavailable.class)
        .hasMessageContaining("it wants to be asked in 86400 s");
    assertThat(store.objects.keySet()).hasSizeBetween(5, 39).noneMatch(key -> key.endsWith(".dir"));

    // Those of the 16 that nobody met are met now.
    try (var later = new S3Remote(store.address())) {
      while (!later.has(name)) {
        try {
          desk.push(_ -> later);
        } catch (RemoteUnavailable e) {
          assertThat(e).hasMessageContaining("86400 s");
        }
      }
    }
    pull(desk.clone(folder.resolve("other")));
  }
}
