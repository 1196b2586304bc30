package dev.fovea.dvc.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.tree.Status.State;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one working copy sends, another gets. */
public class PushAndPullTest {
  @TempDir Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = Desk.in(folder);
    for (int i = 0; i < 40; i++) {
      desk.write("d/%d/%d.txt".formatted(i % 3, i), "file " + i % 30);
    }
    desk.write("labels.csv", "a,b\n");
    desk.add("d");
    desk.add("labels.csv");
  }

  @Test
  void sendsEverythingOnceAndGetsItBack() throws IOException {
    assertThat(desk.push().files()).as("30 contents, the folder, the single file").isEqualTo(32);
    assertThat(desk.push().files()).isZero();

    var other = desk.clone(folder.resolve("other"));
    var pulled = other.pull();

    assertThat(pulled.getFirst().files()).isEqualTo(31);
    assertThat(other.files("d")).isEqualTo(desk.files("d"));
    assertThat(other.root.resolve("labels.csv")).hasContent("a,b");
    assertThat(other.status("d")).isEqualTo(State.UNCHANGED);
    assertThat(other.pull().getFirst().files()).isZero();
  }

  @Test
  void sendsOnlyWhatIsNewAndAsksOnlyForThat() throws IOException {
    desk.push();
    desk.write("d/new.txt", "new");
    desk.add("d");
    var counting = new Counting(desk.remote);

    assertThat(desk.push(_ -> counting).files()).isEqualTo(2);
    assertThat(counting.asked.get())
        .as("both names, the folder before, the new file")
        .isLessThanOrEqualTo(4);
  }

  @Test
  void changesAFolderThatIsThere() throws IOException {
    desk.push();
    var other = desk.clone(folder.resolve("other"));
    other.pull();
    desk.write("d/0/0.txt", "changed");
    Files.delete(desk.root.resolve("d/1/1.txt"));
    desk.add("d");
    desk.push();
    Files.copy(
        desk.root.resolve("d.dvc"),
        other.root.resolve("d.dvc"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    var pulled = other.pull();

    assertThat(pulled.getFirst().checkedOut()).isEqualTo(new Checkout.Done(1, 1));
    assertThat(other.files("d")).isEqualTo(desk.files("d"));
  }

  /** Cut off at each request in turn: what proves a folder is never there before its files. */
  @Test
  void isNeverProvedBeforeItIsThere() throws IOException {
    var name = desk.copy.tracked(desk.root.resolve("d")).name();
    int requests = 0;
    for (boolean done = false; !done; requests++) {
      var dying = new Dying(desk.remote, requests);
      try {
        desk.push(_ -> dying);
        done = true;
      } catch (IOException e) {
        assertThat(e).hasMessage("cut off");
      }
      if (desk.remote.has(name)) {
        desk.clone(folder.resolve("clone" + requests)).pull();
      }
    }
    assertThat(requests).isGreaterThan(5);
    assertThat(desk.clone(folder.resolve("last")).pull()).hasSize(2);
  }

  @Test
  void namesTheFileThatTheRemoteLacks() throws IOException {
    desk.push();
    var md5 = Md5.hex("file 17".getBytes(StandardCharsets.UTF_8));
    Files.delete(object(md5));
    var other = desk.clone(folder.resolve("other"));

    assertThatThrownBy(other::pull)
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("lacks 1 objects ('2/17.txt')");
  }

  @Test
  void keepsNothingThatWasChangedAtTheRemote() throws IOException {
    desk.push();
    var random = new Random(3);
    for (int turn = 0; turn < 20; turn++) {
      var md5 = Md5.hex(("file " + random.nextInt(30)).getBytes(StandardCharsets.UTF_8));
      var object = object(md5);
      var bytes = Files.readAllBytes(object);
      var damaged =
          turn % 2 == 0 ? bytes.clone() : java.util.Arrays.copyOf(bytes, bytes.length - 1);
      damaged[random.nextInt(damaged.length)] ^= turn % 2 == 0 ? (byte) 1 : (byte) 0;
      object.toFile().setWritable(true);
      Files.write(object, damaged);
      var other = desk.clone(folder.resolve("other" + turn));

      assertThatThrownBy(other::pull)
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("with other bytes than their names say");
      assertThat(other.copy.cache().directory(md5)).doesNotExist();
      Files.write(object, bytes);
      assertThat(other.pull(true)).as("it goes on with what has come").hasSize(2);
    }
  }

  @Test
  void saysWhatTheCacheLacks() throws IOException {
    var md5 = Md5.hex("file 17".getBytes(StandardCharsets.UTF_8));
    Files.delete(desk.copy.cache().directory(md5));

    assertThatThrownBy(desk::push)
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("the cache lacks '2/17.txt' of d");
    desk.add("d");
    assertThat(desk.push().files()).as("nothing went before").isEqualTo(32);
  }

  private Path object(String md5) {
    return desk.remoteFolder
        .resolve("files/md5")
        .resolve(md5.substring(0, 2))
        .resolve(md5.substring(2));
  }

  /** Counts what is asked. */
  public static class Counting implements Remote {
    private final Remote behind;
    final AtomicInteger asked = new AtomicInteger();

    public Counting(Remote behind) {
      this.behind = behind;
    }

    void ask() throws IOException {
      asked.incrementAndGet();
    }

    @Override
    public String address() {
      return behind.address();
    }

    @Override
    public Optional<Listed> find(String name) throws IOException {
      ask();
      return behind.find(name);
    }

    @Override
    public void list(String prefix, Consumer<Listed> each) throws IOException {
      ask();
      behind.list(prefix, each);
    }

    @Override
    public Optional<InputStream> open(String name) throws IOException {
      ask();
      return behind.open(name);
    }

    @Override
    public void put(Upload object) throws IOException {
      behind.put(object);
    }

    @Override
    public void remove(Collection<String> names) throws IOException {
      behind.remove(names);
    }

    @Override
    public void mark(String name, String text) throws IOException {
      behind.mark(name, text);
    }

    @Override
    public void unmark(String name) throws IOException {
      behind.unmark(name);
    }

    @Override
    public List<Marker> markers() throws IOException {
      return behind.markers();
    }

    @Override
    public void close() throws IOException {
      behind.close();
    }
  }

  /** Answers so many requests, and then none. */
  private static final class Dying extends Counting {
    private final AtomicInteger left;

    Dying(Remote behind, int requests) {
      super(behind);
      left = new AtomicInteger(requests);
    }

    @Override
    void ask() throws IOException {
      if (left.getAndDecrement() <= 0) {
        throw new IOException("cut off");
      }
    }

    @Override
    public void put(Upload object) throws IOException {
      ask();
      super.put(object);
    }
  }
}
