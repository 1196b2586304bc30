package dev.fovea.dvc.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.FullDisk;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.tree.Status.State;
import dev.fovea.dvc.work.Desk;
import dev.fovea.kernel.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each command on a disk that is full from its first, second, … operation on, until one is reached
 * that it does without: nothing is half there, nothing is left over, and with room again it ends.
 */
class FullDiskTest {
  @TempDir Path folder;
  private final FullDisk disk = new FullDisk();

  /** A command, and what must be before it is run. */
  private record Case(Step before, Step command) {
    @Override
    public String toString() {
      return "a command";
    }
  }

  private interface Step {
    void on(Desk desk) throws IOException;
  }

  static Stream<Named<Case>> commands() {
    Step added = desk -> desk.add("d");
    Step pushed =
        desk -> {
          desk.add("d");
          desk.push();
        };
    Step emptied =
        desk -> {
          pushed.on(desk);
          remove(desk.root.resolve(".dvc/cache"));
          remove(desk.root.resolve("d"));
        };
    Step partly =
        desk -> {
          pushed.on(desk);
          remove(desk.root.resolve(".dvc/cache"));
          Files.delete(desk.root.resolve("d/large"));
          Files.delete(desk.root.resolve("d/1/small"));
        };
    Step gone =
        desk -> {
          added.on(desk);
          remove(desk.root.resolve("d"));
        };
    return Stream.of(
        Named.of("add", new Case(_ -> {}, added)),
        Named.of("push", new Case(added, Desk::push)),
        Named.of("pull", new Case(emptied, desk -> desk.pull(true))),
        Named.of("pull of a part", new Case(partly, desk -> desk.pull(true))),
        Named.of(
            "checkout",
            new Case(
                gone,
                desk ->
                    new Checkout(desk.copy, Progress.NONE, false)
                        .checkout(desk.copy.tracked(desk.root.resolve("d"))))));
  }

  private static void remove(Path top) throws IOException {
    try (var all = Files.walk(top)) {
      for (var each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private Desk desk(int turn) throws IOException {
    var desk = Desk.in(disk.seen(folder.resolve("turn" + turn)));
    desk.write("d/large", "l".repeat((1 << 20) + 1)); // more than is read or received at once
    desk.write("d/1/small", "s");
    desk.write("d/2/other", "other");
    return desk;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void leavesNothingHalfDoneWhereverTheDiskIsFull(Case each) throws IOException {
    boolean full = true;
    int failures = 0;
    for (int turn = 1; full; turn++) {
      var desk = desk(turn);
      var files = contents(desk.root.resolve("d"));
      each.before().on(desk);
      disk.fullFrom(turn);
      try {
        each.command().on(desk);
      } catch (Problem e) {
        failures++;
        assertThat(e.kind()).as("%s", e).isEqualTo(Problem.Kind.UNAVAILABLE);
        assertThat(e).hasMessageContaining(FullDisk.SAYS);
        assertThat(e.remedy()).startsWith("make room there");
      } catch (IOException e) {
        failures++;
        assertThat(e).hasMessageContaining(FullDisk.SAYS);
      }
      full = disk.isFull();
      disk.makeRoom();

      assertUndamaged(desk.root.resolve(".dvc/cache"));
      assertUndamaged(desk.remoteFolder);
      assertProved(desk.remoteFolder);
      assertThat(files).containsAllEntriesOf(contents(desk.root.resolve("d")));
      assertThat(leftovers(desk)).as("turn %d", turn).isEmpty();

      each.command().on(desk);
      assertThat(contents(desk.root.resolve("d"))).isEqualTo(files);
      assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
      assertProved(desk.remoteFolder);
    }
    assertThat(failures).isGreaterThan(5);
  }

  /** Each object is what its name says. */
  private static void assertUndamaged(Path store) throws IOException {
    for (var file : files(store.resolve("files/md5"))) {
      assertThat(file.getParent().getFileName() + "" + file.getFileName())
          .startsWith(Md5.hex(file));
    }
  }

  /** A remote has no folder without its files. */
  private static void assertProved(Path remote) throws IOException {
    for (var file : files(remote.resolve("files/md5"))) {
      if (file.toString().endsWith(".dir")) {
        try (var in = Files.newInputStream(file)) {
          for (var entry : readable(in).entries()) {
            assertThat(remote.resolve("files/md5/" + entry.md5().substring(0, 2)))
                .isDirectoryContaining("glob:**" + entry.md5().substring(2));
          }
        }
      }
    }
  }

  private static DvcDirectory readable(java.io.InputStream in) throws IOException {
    try {
      return DvcDirectory.read(in, 10);
    } catch (dev.fovea.dvc.DvcMistake e) {
      throw new AssertionError(e);
    }
  }

  private static List<Path> files(Path top) throws IOException {
    if (!Files.exists(top)) {
      return List.of();
    }
    try (var all = Files.walk(top)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Map<String, String> contents(Path top) throws IOException {
    var contents = new TreeMap<String, String>();
    for (var file : files(top)) {
      contents.put(top.relativize(file).toString(), Md5.hex(file));
    }
    return contents;
  }

  private static List<Path> leftovers(Desk desk) throws IOException {
    var left = new ArrayList<Path>();
    left.addAll(files(desk.root.resolve(".dvc/cache/fovea-unfinished")));
    left.addAll(files(desk.remoteFolder.resolve("fovea-unfinished")));
    left.addAll(files(desk.remoteFolder.resolve("fovea/leases")));
    for (var file : files(desk.root)) {
      if (file.getFileName().toString().matches(".*\\.(out|new)")) {
        left.add(file);
      }
    }
    return left;
  }
}
