package dev.fovea.dvc.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.FlakyS3;
import dev.fovea.dvc.remote.FolderRemote;
import dev.fovea.dvc.remote.PackedObjects;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.S3Remote;
import dev.fovea.dvc.transfer.Verifying.Fault;
import dev.fovea.dvc.transfer.Verifying.Hole;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.StockView;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is pushed in packs is found by Fovea at once, and stock dvc is not deceived. */
class PackPushTest {
  @TempDir Path folder;
  private Desk desk;
  private StockView stock;

  @BeforeEach
  void sitDown() throws IOException {
    desk = Desk.in(folder);
    for (int i = 0; i < 40; i++) {
      desk.write("d/%d/%d.txt".formatted(i % 3, i), "file " + i % 30);
    }
    desk.write("d/empty", "");
    desk.write("d/large", "x".repeat((1 << 20) + 1));
    desk.write("labels.csv", "a,b\n");
    desk.add("d");
    desk.add("labels.csv");
    stock = new StockView(desk.remoteFolder);
  }

  private static String md5(String text) {
    return Md5.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path pack() throws IOException {
    try (var files = Files.list(desk.remoteFolder.resolve("fovea/packs"))) {
      return files.filter(file -> file.toString().endsWith(".pack")).findFirst().orElseThrow();
    }
  }

  private List<String> packs() throws IOException {
    try (var files = Files.list(desk.remoteFolder.resolve("fovea/packs"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Desk pulled(String name) throws IOException {
    var other = desk.clone(folder.resolve(name));
    other.pull();
    assertThat(other.files("d")).isEqualTo(desk.files("d"));
    assertThat(other.root.resolve("labels.csv")).hasContent("a,b");
    return other;
  }

  @Test
  void sendsSmallFilesInAPackAndGetsThemBack() throws IOException {
    var pushed = desk.pack(UnaryOperator.identity());

    assertThat(pushed.files()).as("32 contents, the folder, the single file").isEqualTo(34);
    assertThat(packs()).hasSize(3);
    assertThat(stock.names())
        .as("large files and single ones lie loose")
        .containsExactlyInAnyOrder(md5("x".repeat((1 << 20) + 1)), md5("a,b\n"));
    assertThat(desk.pack(UnaryOperator.identity()).files()).isZero();
    pulled("other");
    assertThat(desk.remote.markers()).isEmpty();
  }

  @Test
  void sendsOnlyWhatNeitherPacksNorLooseObjectsHave() throws IOException {
    desk.pack(UnaryOperator.identity());
    desk.write("d/new.txt", "new");
    desk.add("d");
    assertThat(desk.pack(UnaryOperator.identity()).files()).isEqualTo(2);
    assertThat(packs()).hasSize(6);

    desk.write("d/newer.txt", "newer");
    desk.write("e/of d.txt", "file 3");
    desk.add("d");
    desk.add("e");
    assertThat(desk.pack(UnaryOperator.identity()).files())
        .as("newer and two folders")
        .isEqualTo(3);
    pulled("other");
  }

  /** What a push without packs says is that stock dvc finds it; packs do not count. */
  @Test
  void sendsLooseWhatOnlyPacksHave() throws IOException {
    desk.pack(UnaryOperator.identity());
    assertThat(desk.push().files()).as("31 small files and the folder").isEqualTo(32);
    stock.requireSound();
    assertThat(stock.folders()).hasSize(1);
    assertThat(desk.push().files()).isZero();
    assertThat(desk.pack(UnaryOperator.identity()).files()).isZero();
  }

  /** Cut off at each request in turn, which is done or not. */
  @Test
  void isNeverProvedBeforeItIsThere() throws IOException {
    int requests = 0;
    for (boolean done = false; !done; requests++) {
      var remote = desk.remoteFolder.resolveSibling("remote-" + requests);
      var here = new Desk(desk.root, remote);
      int most = requests;
      try {
        here.pack(_ -> new PackedObjects(new Dying(new FolderRemote(remote), most, most % 2 > 0)));
        done = true;
      } catch (IOException e) {
        assertThat(e).hasMessage(Dying.CUT_OFF);
      }
      new StockView(remote).requireSound();
      var clone = here.clone(folder.resolve("clone-" + requests));
      for (var each : here.copy.tracked()) {
        if (here.remote.has(each.name())) {
          new Pulling(clone.copy, clone.remote, Progress.NONE, false)
              .pull(clone.copy.tracked(clone.root.resolve(each.path())));
        }
      }
      here.pack(UnaryOperator.identity());
      here.clone(folder.resolve("after-" + requests)).pull();
    }
    assertThat(requests).isGreaterThan(10);
  }

  @Test
  void verifiesWhatIsInPacks() throws IOException {
    desk.pack(UnaryOperator.identity());
    var tracked = desk.copy.tracked(desk.root.resolve("d"));
    var verifying = new Verifying(desk.copy, desk.remote, Progress.NONE);
    assertThat(verifying.verify(tracked, true)).isEqualTo(new Verifying.Verified(33, List.of()));

    var text = Files.readString(pack(), StandardCharsets.ISO_8859_1);
    Files.writeString(pack(), text.replace("file 17", "file 71"), StandardCharsets.ISO_8859_1);

    var fresh = new Verifying(desk.copy, desk.clone(folder.resolve("o")).remote, Progress.NONE);
    assertThat(fresh.verify(tracked, false).holes()).isEmpty();
    assertThat(fresh.verify(tracked, true).holes())
        .containsExactly(new Hole("d/2/17.txt", md5("file 17"), Fault.DAMAGED));
  }

  @Test
  void keepsNothingOfAPackThatWasChanged() throws IOException {
    desk.pack(UnaryOperator.identity());
    var text = Files.readString(pack(), StandardCharsets.ISO_8859_1);
    Files.writeString(pack(), text.replace("file 17", "file 71"), StandardCharsets.ISO_8859_1);
    var other = desk.clone(folder.resolve("other"));

    assertThatThrownBy(other::pull)
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining(
            "has 1 objects ('2/17.txt') of d with other bytes than their names say");
    assertThat(other.copy.cache().directory(md5("file 17"))).doesNotExist();

    desk.push(); // whoever has the files sends them where they are looked for next
    assertThat(desk.clone(folder.resolve("third")).pull()).hasSize(2);
  }

  @Test
  void putsNothingDamagedIntoAPack() throws IOException {
    var object = desk.copy.cache().directory(md5("file 17"));
    object.toFile().setWritable(true);
    Files.writeString(object, "file 71");
    assertThatThrownBy(() -> desk.pack(UnaryOperator.identity()))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("the cache's object of '2/17.txt' is damaged");
    assertThat(stock.folders()).isEmpty();
    assertThat(desk.remote.has(desk.copy.tracked(desk.root.resolve("d")).name())).isFalse();
  }

  @Test
  void goesByWhatTheDvcFileAsksFor() throws IOException {
    var file = desk.root.resolve("d.dvc");
    Files.writeString(file, Files.readString(file) + "meta:\n  fovea:\n    push: packs\n");
    assertThat(desk.copy.tracked(file).wantsPacks()).isTrue();
    assertThat(desk.copy.tracked(desk.root.resolve("labels.csv")).wantsPacks()).isFalse();
    desk.write("d/new.txt", "new");
    desk.add("d");
    assertThat(desk.copy.tracked(file).wantsPacks()).as("it stays when data is added").isTrue();
    Files.writeString(file, Files.readString(file).replace("push: packs", "push: loose"));
    assertThat(desk.copy.tracked(file).wantsPacks()).isFalse();
    Files.writeString(file, Files.readString(file).replace("push: loose", "push: pakcs"));
    assertThatThrownBy(() -> desk.copy.tracked(file).wantsPacks())
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("push: 'pakcs' (expected: packs or loose)");
  }

  @Test
  void refusesARemoteThatTakesNoPacks() {
    assertThatThrownBy(() -> desk.pack(NoPacks::new))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("takes no packs");
  }

  /** A remote such as an HTTP server. */
  private static final class NoPacks extends PushAndPullTest.Counting {
    NoPacks(Remote behind) {
      super(behind);
    }
  }

  @Test
  void sendsAndGetsPacksOfABucket() throws IOException {
    try (var store = new FlakyS3();
        var bucket = new PackedObjects(new S3Remote(store.address()))) {
      desk.pack(_ -> bucket);
      assertThat(store.objects.keySet().stream().filter(key -> key.startsWith("data/fovea/packs/")))
          .hasSize(3);
      var other = desk.clone(folder.resolve("other"));
      int before = store.asked("GET");
      var pulling = new Pulling(other.copy, bucket, Progress.NONE, false);
      for (var tracked : other.copy.tracked()) {
        pulling.pull(tracked);
      }
      assertThat(other.files("d")).isEqualTo(desk.files("d"));
      assertThat(store.asked("GET") - before).as("31 objects came by few requests").isLessThan(15);
    }
  }

  @Test
  void makesSeveralPacksOfMuch() throws IOException {
    var many = Desk.in(folder.resolve("many"));
    var chance = new java.util.Random(5);
    for (int i = 0; i < 70; i++) {
      var bytes = new byte[1_000_000];
      chance.nextBytes(bytes);
      many.write("d/" + i, "");
      Files.write(many.root.resolve("d/" + i), bytes);
    }
    many.add("d");
    many.pack(UnaryOperator.identity());
    var sizes = new ArrayList<Long>();
    many.remote.packFiles().orElseThrow().list(each -> sizes.add(each.bytes()));
    assertThat(sizes.stream().filter(size -> size > 1_000_000)).hasSize(2);
    assertThat(many.clone(folder.resolve("m")).pull()).hasSize(1);
  }
}
