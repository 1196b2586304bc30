package dev.fovea.dvc.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote.Listed;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.tree.Adding;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.tree.Status;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.Repository;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is removed from the local cache, and what stays. */
class CacheCleaningTest {
  private static final Duration GRACE = Duration.ofDays(14);

  @TempDir Path folder;
  private Repository repository;
  private Desk desk;

  /** Two commits, and a version that was added and given up. */
  @BeforeEach
  void commitTwoVersions() throws Exception {
    repository = new Repository(folder);
    desk = repository.desk;
    desk.write("d/kept", "kept");
    desk.write("d/old", "only in the first version");
    repository.commit("first", "d");
    Files.delete(desk.root.resolve("d/old"));
    desk.write("d/new", "only in the second version");
    repository.commit("second", "d");
    giveUp("stray");
    age(Duration.ofDays(30));
  }

  private void giveUp(String text) throws Exception {
    var committed = Files.readString(desk.root.resolve("d.dvc"));
    desk.write("d/stray", text);
    desk.add("d");
    Files.writeString(desk.root.resolve("d.dvc"), committed);
    Files.delete(desk.root.resolve("d/stray"));
  }

  private void age(Duration by) throws IOException {
    try (var files = Files.walk(desk.copy.cacheFolder())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Clock.systemUTC().instant().minus(by)));
      }
    }
  }

  private void set(String... settings) throws IOException {
    Files.writeString(
        desk.root.resolve(".dvc/config"), "[cache]\n    " + String.join("\n    ", settings));
    desk = new Desk(desk.root, desk.remoteFolder);
  }

  private CacheCleaning cleaning() throws IOException {
    return new CacheCleaning(desk.copy, List.of(), true, Progress.NONE, Clock.systemUTC());
  }

  private List<String> unneeded() throws IOException {
    return cleaning().plan(GRACE).unneeded().stream().map(Listed::name).toList();
  }

  private boolean has(String text) throws IOException {
    return Files.exists(desk.copy.cache().directory(md5(text)));
  }

  private static String md5(String text) {
    return Md5.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void removesWhatNoCommitNeedsAndNothingElse() throws Exception {
    var left = desk.copy.cacheFolder().resolve("fovea-unfinished/0123");
    Files.writeString(left, "of a command that was killed");
    Files.setLastModifiedTime(left, FileTime.fromMillis(0));
    var plan = cleaning().plan(GRACE);
    assertThat(plan.unneeded().stream().map(Listed::name)).hasSize(2).contains(md5("stray"));
    assertThat(plan.unneeded().getFirst().name()).as("folders go first").endsWith(".dir");
    assertThat(plan.bytes()).isGreaterThan("stray".length());
    assertThat(has("stray")).as("it only looked").isTrue();

    cleaning().clean(GRACE);

    assertThat(has("stray")).isFalse();
    assertThat(has("only in the first version")).isTrue();
    assertThat(left).doesNotExist();
    assertThat(unneeded()).isEmpty();
    assertThat(desk.status("d")).isEqualTo(Status.State.UNCHANGED);
  }

  @Test
  void goesOnWhereItWasKilled() throws Exception {
    giveUp("another");
    age(Duration.ofDays(30));
    var plan = cleaning().plan(GRACE).unneeded();
    assertThat(plan).hasSize(4);
    for (var each : plan.subList(0, 3)) {
      Files.delete(desk.copy.cache().directory(each.name()));
      assertThat(desk.status("d")).isEqualTo(Status.State.UNCHANGED);
    }

    assertThat(cleaning().clean(GRACE).unneeded()).hasSize(1);
    assertThat(unneeded()).isEmpty();
  }

  @Test
  void keepsWhatIsYoungAndItsFiles() throws Exception {
    age(Duration.ofDays(13));
    var plan = cleaning().clean(GRACE);
    assertThat(plan.unneeded()).isEmpty();
    assertThat(plan.young()).isEqualTo(1);
    assertThat(has("stray")).isTrue();

    age(Duration.ofDays(30));
    giveUp("stray");
    assertThat(unneeded()).as("what is added again is young again").isEmpty();
  }

  @Test
  void keepsWhatGitsIndexAndStashesName() throws Exception {
    desk.write("d/stray", "stray");
    desk.add("d");
    repository.git.add().addFilepattern("d.dvc").call();
    Files.writeString(desk.root.resolve("d.dvc"), "outs: []\n");
    age(Duration.ofDays(30));
    assertThatThrownBy(this::unneeded).as("nobody knows").isInstanceOf(WorkProblem.class);

    repository.git.checkout().addPath("d.dvc").call();
    assertThat(unneeded()).as("the index").isEmpty();
    repository.git.stashCreate().call();
    assertThat(Files.readString(desk.root.resolve("d.dvc"))).doesNotContain("nfiles: 3");
    assertThat(unneeded()).as("the stash").isEmpty();
    repository.git.stashDrop().call();
    assertThat(unneeded()).contains(md5("stray"));
  }

  /** {@code git worktree add --detach}, as Git 2.51 lays it out. */
  @Test
  void keepsWhatOtherWorkingTreesNeed() throws Exception {
    var second = repository.git.getRepository().resolve("HEAD");
    repository
        .git
        .reset()
        .setMode(org.eclipse.jgit.api.ResetCommand.ResetType.HARD)
        .setRef("HEAD~1")
        .call();
    Files.deleteIfExists(desk.root.resolve(".git/ORIG_HEAD"));
    assertThat(unneeded()).contains(md5("only in the second version"));

    var tree = Files.createDirectories(folder.resolve("tree"));
    var entry = Files.createDirectories(desk.root.resolve(".git/worktrees/tree"));
    Files.writeString(tree.resolve(".git"), "gitdir: %s\n".formatted(entry));
    Files.writeString(entry.resolve("gitdir"), tree.resolve(".git") + "\n");
    Files.writeString(entry.resolve("commondir"), "../..\n");
    Files.writeString(entry.resolve("HEAD"), second.name() + "\n");
    assertThat(unneeded()).as("its commit").doesNotContain(md5("only in the second version"));
    assertThat(unneeded()).contains(md5("stray"));

    Files.writeString(
        tree.resolve("x.dvc"),
        "outs:\n- md5: %s\n  hash: md5\n  path: x\n".formatted(md5("stray")));
    assertThat(unneeded()).as("its files").doesNotContain(md5("stray"));

    // Seen from the other one.
    Files.createDirectories(tree.resolve(".dvc"));
    Files.writeString(tree.resolve(".dvc/config"), "[cache]\ndir = " + desk.copy.cacheFolder());
    var there = WorkingCopy.around(tree);
    var plan =
        new CacheCleaning(there, List.of(), true, Progress.NONE, Clock.systemUTC()).plan(GRACE);
    assertThat(plan.unneeded().stream().map(Listed::name))
        .doesNotContain(md5("only in the first version"), md5("only in the second version"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hardlink", "symlink"})
  void keepsWhatAFileIsALinkTo(String type) throws Exception {
    set("type = " + type);
    desk.write("notes/mine", "nobody else has this");
    desk.add("notes");
    Files.delete(desk.root.resolve("notes.dvc"));
    age(Duration.ofDays(30));

    cleaning().clean(GRACE);

    assertThat(desk.root.resolve("notes/mine")).hasContent("nobody else has this");
    assertThat(has("nobody else has this")).isTrue();
    assertThat(has("stray")).isFalse();
    Files.delete(desk.root.resolve("notes/mine"));
    assertThat(unneeded()).containsExactly(md5("nobody else has this"));
  }

  @Test
  void asksWhoElseUsesACacheThatLiesElsewhere() throws Exception {
    var other = new Repository(folder.resolve("other"));
    for (var each : List.of(repository, other)) {
      Files.writeString(
          each.desk.root.resolve(".dvc/config"),
          "[cache]\ndir = %s\n".formatted(folder.resolve("c")));
    }
    desk = new Desk(desk.root, desk.remoteFolder);
    desk.add("d");
    var theirs = new Desk(other.desk.root, other.desk.remoteFolder);
    theirs.write("x", "theirs");
    theirs.add("x");
    age(Duration.ofDays(30));

    assertThatThrownBy(
            () -> new CacheCleaning(desk.copy, List.of(), false, Progress.NONE, Clock.systemUTC()))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("others may use it");
    var together =
        new CacheCleaning(desk.copy, List.of(theirs.copy), false, Progress.NONE, Clock.systemUTC());
    assertThat(together.plan(GRACE).unneeded()).isEmpty();
    assertThat(unneeded()).containsExactly(md5("theirs"));
    var own = Desk.in(folder.resolve("third"));
    assertThatThrownBy(() ->
            new CacheCleaning(
                desk.copy, List.of(own.copy), false, Progress.NONE, Clock.systemUTC()))
        .hasMessageContaining("has the cache");
  }

  /** Data may be called as it likes; a file that says what is tracked must be read. */
  @Test
  void takesNoDataForAFileThatSaysWhatIsTracked() throws Exception {
    desk.write("d/model.dvc", "\0 no YAML: {");
    desk.add("d");
    assertThat(unneeded()).contains(md5("stray"));

    desk.write("conflict.dvc", "<<<<<<< ours\nouts: []\n=======\n");
    assertThatThrownBy(this::unneeded).isInstanceOf(WorkProblem.class);
  }

  @Test
  void stopsWhereItCannotKnowWhatIsNeeded() throws Exception {
    var name = desk.copy.tracked(desk.root.resolve("d")).name();
    var object = desk.copy.cache().directory(name);
    object.toFile().setWritable(true);
    Files.writeString(object, "[]");

    assertThatThrownBy(() -> cleaning().clean(GRACE)).hasMessageContaining("is damaged");
    assertThat(has("stray")).isTrue();
  }

  @Test
  void andOtherCommandsKeepOutOfEachOthersWay() throws Exception {
    var cache = desk.copy.cache();
    try (var _ = CacheLock.share(cache);
        var _ = CacheLock.share(cache)) {
      assertThatThrownBy(() -> cleaning().clean(GRACE)).hasMessageContaining("is in use");
      assertThat(unneeded()).as("looking is no harm").hasSize(2);
    }
    try (var _ = CacheLock.alone(cache)) {
      assertThatThrownBy(() -> CacheLock.share(cache, Duration.ofMillis(100)))
          .hasMessageContaining("a gc of the cache");
      assertThatThrownBy(() -> CacheLock.alone(cache)).hasMessageContaining("is in use");
    }
    assertThat(cleaning().clean(GRACE).unneeded()).hasSize(2);
  }

  /** Another process that has the lock, and is killed. */
  @Test
  void keepsOutOfTheWayOfAnotherProcess() throws Exception {
    var cache = desk.copy.cache();
    for (var how : List.of("share", "alone")) {
      var other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Holder.class.getName(),
                  cache.root().toString(),
                  how)
              .redirectErrorStream(true)
              .start();
      try {
        assertThat(other.getInputStream().read()).isEqualTo('h');
        assertThatThrownBy(() -> cleaning().clean(GRACE)).hasMessageContaining("is in use");
        if (how.equals("alone")) {
          assertThatThrownBy(() -> CacheLock.share(cache, Duration.ofMillis(100)))
              .hasMessageContaining("a gc of the cache");
        } else {
          CacheLock.share(cache).close();
        }
      } finally {
        other.destroyForcibly();
        assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
      }
      CacheLock.alone(cache).close();
    }
  }

  static final class Holder {
    private Holder() {}

    public static void main(String[] given) throws Exception {
      var cache = new ObjectCache(Path.of(given[0]), false);
      try (var _ = given[1].equals("share") ? CacheLock.share(cache) : CacheLock.alone(cache)) {
        System.out.write('h');
        System.out.flush();
        Thread.sleep(Duration.ofMinutes(1));
      }
    }
  }

  /** Runs something at every step that a command tells of. */
  private static final class Meanwhile implements Progress {
    private final Callable<?> act;
    private int times;

    Meanwhile(Callable<?> act) {
      this.act = act;
    }

    private void act() {
      times++;
      try {
        act.call();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void begin(String what, long files, long bytes) {
      act();
    }

    @Override
    public void end() {
      act();
    }
  }

  /** Removes all that is not needed at that moment, however young; from another thread. */
  private Callable<?> cleanAll(List<String> said) {
    return () -> {
      try (var pool = Executors.newSingleThreadExecutor()) {
        return pool.submit(
                () -> {
                  try {
                    said.add(cleaning().clean(Duration.ofDays(-1)).unneeded().toString());
                  } catch (WorkProblem e) {
                    said.add(e.explanation());
                  }
                  return said;
                })
            .get();
      }
    };
  }

  /**
   * At each step of a command, the objects that it has seen or written are in no {@code .dvc} file:
   * a gc at that moment would take them.
   */
  @ParameterizedTest
  @ValueSource(strings = {"add", "checkout", "pull"})
  void losesNothingOfACommandThatIsUnderWay(String command) throws Exception {
    var said = new ArrayList<String>();
    var meanwhile = new Meanwhile(cleanAll(said));
    var place = desk.root.resolve("d");
    desk.write("d/stray", "stray");
    desk.write("d/fresh", "fresh");
    switch (command) {
      case "add" -> new Adding(desk.copy, meanwhile).add(place);
      case "checkout" -> {
        desk.add("d");
        Files.delete(desk.root.resolve("d/stray"));
        new Checkout(desk.copy, meanwhile, true).checkout(desk.copy.tracked(place));
      }
      default -> {
        desk.add("d");
        desk.push();
        Files.delete(desk.copy.cache().directory(md5("stray")));
        Files.delete(desk.root.resolve("d/stray"));
        new Pulling(desk.copy, desk.remote, meanwhile, true).pull(desk.copy.tracked(place));
      }
    }

    assertThat(meanwhile.times).isGreaterThanOrEqualTo(2);
    assertThat(said).allSatisfy(each -> assertThat(each).contains("is in use"));
    assertThat(has("stray")).isTrue();
    assertThat(has("fresh")).isTrue();
    cleaning().clean(Duration.ofDays(-1));
    assertThat(desk.files("d")).containsEntry("stray", "stray").containsEntry("fresh", "fresh");
    assertThat(desk.push().files()).isGreaterThanOrEqualTo(0);
    assertThat(desk.clone(folder.resolve("clone")).pull()).hasSize(1);
  }

  /** What a gc is about to remove is added again: the command waits, and then keeps it anew. */
  @Test
  void letsACommandWaitUntilItIsOver() throws Exception {
    desk.write("d/stray", "stray");
    try (var pool = Executors.newSingleThreadExecutor()) {
      var adding = new ArrayList<Future<Adding.Added>>();
      var meanwhile =
          new Meanwhile(() -> {
            if (adding.isEmpty()) {
              adding.add(pool.submit(() -> desk.add("d")));
            }
            Thread.sleep(100);
            return assertThat(adding.getFirst().isDone()).isFalse();
          });
      var cleaning = new CacheCleaning(desk.copy, List.of(), true, meanwhile, Clock.systemUTC());

      assertThat(cleaning.clean(GRACE).unneeded()).hasSize(2);
      assertThat(adding.getFirst().get().changed()).isTrue();
    }
    assertThat(has("stray")).isTrue();
    assertThat(unneeded()).isEmpty();
    assertThat(desk.status("d")).isEqualTo(Status.State.UNCHANGED);
  }
}
