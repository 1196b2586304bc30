package dev.fovea.dvc.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.clean.PackCleaning;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.pack.PackRefused;
import dev.fovea.dvc.pack.RawIndex;
import dev.fovea.dvc.remote.FlakyS3;
import dev.fovea.dvc.remote.FolderRemote;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.PackedObjects;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.S3Remote;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.StockView;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs become loose objects, whatever happens on the way. */
class ExplodingTest {
  private static final Clock CLOCK = Clock.systemUTC();

  /** A clock that is a little ahead makes everything old. */
  private static final Clock LATER = Clock.offset(CLOCK, Duration.ofSeconds(5));

  @TempDir Path folder;
  private Desk desk;
  private StockView stock;

  @BeforeEach
  void pushInPacks() throws IOException {
    desk = Desk.in(folder);
    for (int i = 0; i < 25; i++) {
      desk.write("d/%d.txt".formatted(i), "file " + i);
    }
    desk.write("d/large", "x".repeat((1 << 20) + 1));
    desk.write("d/empty", "");
    desk.add("d");
    desk.pack(UnaryOperator.identity());
    desk.write("d/more.txt", "more");
    desk.add("d");
    desk.pack(UnaryOperator.identity());
    stock = new StockView(desk.remoteFolder);
  }

  private Exploding exploding(Remote remote) {
    return new Exploding(desk.copy, remote, Progress.NONE, CLOCK);
  }

  private Path packs() {
    return desk.remoteFolder.resolve("fovea/packs");
  }

  private int countPacks() throws IOException {
    try (var files = Files.list(packs())) {
      return (int) files.count();
    }
  }

  private static String md5(String text) {
    return Md5.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void makesEverythingLooseAndThenPacksGo() throws IOException {
    var exploded = exploding(desk.remote).explode();

    assertThat(exploded.files()).isEqualTo(27);
    assertThat(exploded.folders()).isEqualTo(2);
    assertThat(exploded.broken()).isEmpty();
    stock.requireSound();
    assertThat(stock.folders()).hasSize(2);
    assertThat(stock.names()).hasSize(30);
    assertThat(countPacks()).isEqualTo(6);
    assertThat(exploding(desk.remote).explode())
        .isEqualTo(new Exploding.Exploded(0, 0, 0, java.util.List.of()));

    assertThat(new PackCleaning(desk.remote, CLOCK).clean(Duration.ofDays(14))).isEmpty();
    assertThat(new PackCleaning(desk.remote, LATER).clean(Duration.ZERO)).hasSize(6);
    assertThat(countPacks()).isZero();
    assertThat(desk.clone(folder.resolve("other")).pull()).hasSize(1);
    assertThat(desk.remote.markers()).isEmpty();
    try (var left = Files.list(desk.root.resolve(".dvc/tmp/fovea"))) {
      assertThat(left.filter(file -> file.toString().contains(".unpacked"))).isEmpty();
    }
  }

  @Test
  void removesNoPackOfWhichAnythingIsNotLoose() throws IOException {
    exploding(desk.remote).explode();
    Files.delete(desk.remoteFolder.resolve("files/md5").resolve(place(md5("file 7"))));
    Files.writeString(
        desk.remoteFolder.resolve("files/md5").resolve(place(md5("more"))), "cut short: mor");

    var removed = new PackCleaning(desk.remote, LATER).clean(Duration.ZERO);

    assertThat(removed).as("the folders alone").hasSize(2);
    assertThat(countPacks()).isEqualTo(4);
    assertThat(exploding(desk.remote).explode().files()).as("they are mended").isEqualTo(2);
    stock.requireSound();
    assertThat(new PackCleaning(desk.remote, LATER).clean(Duration.ZERO)).hasSize(4);
  }

  private static String place(String name) {
    return name.substring(0, 2) + "/" + name.substring(2);
  }

  /** Cut off at each request in turn, which is done or not; then run again. */
  @Test
  void goesOnWhereItWasKilled() throws IOException {
    var origin = folder.resolve("origin");
    copy(desk.remoteFolder, origin);
    var living = new Dying(desk.remote.loose(), Integer.MAX_VALUE, false);
    explodeAndClean(living);
    int all = living.asked();
    assertThat(all).isGreaterThan(600); // most of them list, and are the same
    for (int requests = 0; requests <= all; requests += step(requests, all)) {
      var remote = folder.resolve("remote-%d".formatted(requests));
      copy(origin, remote);
      try {
        explodeAndClean(new Dying(new FolderRemote(remote), requests, requests % 4 < 2));
        assertThat(requests).isEqualTo(all);
      } catch (IOException e) {
        assertThat(e).hasMessage(Dying.CUT_OFF);
      }
      var view = new StockView(remote);
      view.requireSound();
      var here = new Desk(desk.root, remote);
      here.clone(folder.resolve("clone-%d".formatted(requests))).pull();
      for (var marker : here.remote.markers()) {
        here.remote.unmark(marker.name()); // as after an hour
      }
      exploding(here.remote).explode();
      view.requireSound();
      assertThat(view.folders()).hasSize(2);
      assertThat(view.names()).hasSize(30);
      new PackCleaning(here.remote, LATER).clean(Duration.ZERO);
      try (var left = Files.list(remote.resolve("fovea/packs"))) {
        assertThat(left).as("after %d requests", requests).isEmpty();
      }
    }
  }

  private void explodeAndClean(Dying through) throws IOException {
    var remote = new PackedObjects(through);
    exploding(remote).explode();
    new PackCleaning(remote, LATER).clean(Duration.ZERO);
  }

  private static int step(int requests, int all) {
    if (requests < 6 || requests >= all - 12) {
      return 1;
    }
    return requests > 255 && requests < 360 ? 3 : Math.min(45, all - 12 - requests);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (var each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  @Test
  void keepsOutOfTheWayOfARemovalAndNotOfAPush() throws IOException {
    try (var _ = Lease.take(desk.remote, Lease.Kind.GC, CLOCK)) {
      assertThatThrownBy(() -> exploding(desk.remote).explode()).isInstanceOf(Lease.Busy.class);
    }
    try (var _ = Lease.take(desk.remote, Lease.Kind.PUSH, CLOCK)) {
      assertThat(exploding(desk.remote).explode().folders()).isEqualTo(2);
      assertThatThrownBy(() -> new PackCleaning(desk.remote, LATER).clean(Duration.ZERO))
          .isInstanceOf(Lease.Busy.class);
    }
    assertThat(countPacks()).isEqualTo(6);
  }

  /** Stock dvc takes a folder's object for proof that all its files are there. */
  @Test
  void leavesAFolderThatLacksFiles() throws IOException {
    Files.delete(
        desk.remoteFolder.resolve("files/md5").resolve(place(md5("x".repeat((1 << 20) + 1)))));

    var exploded = exploding(desk.remote).explode();

    assertThat(exploded.folders()).isZero();
    assertThat(exploded.broken())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each).endsWith(".dir lacks 1 files"));
    assertThat(stock.folders()).isEmpty();
  }

  @Test
  void sendsNothingOfAPackThatIsNotWhatItsNameSays() throws IOException {
    try (var files = Files.list(packs())) {
      for (var pack : files.filter(file -> file.toString().endsWith(".pack")).toList()) {
        var bytes = Files.readAllBytes(pack);
        bytes[bytes.length - 1] ^= 1;
        Files.write(pack, bytes);
      }
    }
    assertThatThrownBy(() -> exploding(desk.remote).explode())
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("and its name)");
    stock.requireSound();
    assertThat(stock.names()).as("the large file").hasSize(1);
    assertThat(desk.remote.markers()).isEmpty();
  }

  /** A pack and an index that agree, and lie of an object. */
  @Test
  void sendsNothingThatAnIndexLiesOf() throws IOException {
    var good = md5("good");
    var pack = RawIndex.pack("evil");
    for (var sha256 :
        new String[] {
          Digest.sha256("evil".getBytes(StandardCharsets.UTF_8)).hex(), "ab".repeat(32)
        }) {
      var index = new RawIndex(pack).entry(good, sha256, 16, 4);
      Files.write(packs().resolve(index.pack + ".pack"), pack);
      Files.write(packs().resolve(index.pack + ".idx"), index.bytes());
      assertThatThrownBy(() -> exploding(desk.remote).explode())
          .isInstanceOf(PackRefused.class)
          .hasMessageContaining("the object %s has the MD5 %s".formatted(good, md5("evil")));
    }
    var index = new RawIndex(pack).entry(md5("evil"), "ab".repeat(32), 16, 4);
    Files.write(packs().resolve(index.pack + ".idx"), index.bytes());
    assertThatThrownBy(() -> exploding(desk.remote).explode())
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("has another SHA-256 than its index says");
    assertThat(stock.names()).doesNotContain(good, md5("evil"));
    stock.requireSound();
  }

  @Test
  void sendsNoFolderThatIsNotWhatItsNameSays() throws IOException {
    var name = desk.copy.tracked(desk.root.resolve("d")).name();
    Files.writeString(packs().resolve(name), "[]");
    assertThatThrownBy(() -> exploding(desk.remote).explode())
        .isInstanceOf(PackRefused.class)
        .hasMessageContaining("the folder's object fovea/packs/" + name);
    assertThat(stock.folders()).doesNotContain(name);
    stock.requireSound();
  }

  @Test
  void explodesABucket() throws IOException {
    try (var store = new FlakyS3();
        var bucket = new PackedObjects(new S3Remote(store.address()))) {
      desk.pack(_ -> bucket);
      var exploded = new Exploding(desk.copy, bucket, Progress.NONE, CLOCK).explode();
      assertThat(exploded.files()).isEqualTo(27);
      assertThat(exploded.folders()).isEqualTo(1);
      var december = Clock.fixed(Instant.parse("2026-12-01T00:00:00Z"), ZoneOffset.UTC);
      assertThat(new PackCleaning(bucket, december).clean(Duration.ZERO)).hasSize(3);
      var keys = new ArrayList<>(store.objects.keySet());
      assertThat(keys).hasSize(29).allSatisfy(key -> assertThat(key).startsWith("data/files/md5/"));
      assertThat(store.objects.get("data/files/md5/" + place(md5("file 3"))))
          .asString(StandardCharsets.UTF_8)
          .isEqualTo("file 3");
    }
  }
}
