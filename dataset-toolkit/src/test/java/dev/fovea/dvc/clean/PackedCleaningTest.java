package dev.fovea.dvc.clean;

import static dev.fovea.dvc.clean.TwoVersions.CLOCK;
import static dev.fovea.dvc.clean.TwoVersions.GRACE;
import static dev.fovea.dvc.clean.TwoVersions.NOW;
import static dev.fovea.dvc.clean.TwoVersions.md5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.pack.PackFiles.PackFile;
import dev.fovea.dvc.pack.PackRefused;
import dev.fovea.dvc.remote.FolderRemote;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.PackedObjects;
import dev.fovea.dvc.transfer.Dying;
import dev.fovea.dvc.transfer.Exploding;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.StockView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is removed from a remote with packs, and what stays. */
class PackedCleaningTest {
  @TempDir Path folder;
  private TwoVersions versions;
  private Desk desk;
  private Git git;

  /** Three packs: one of both versions, one of the second alone, one that nobody needs. */
  @BeforeEach
  void commitTwoVersions() throws Exception {
    versions = new TwoVersions(folder, desk -> desk.pack(UnaryOperator.identity()));
    desk = versions.desk;
    git = versions.git;
  }

  private Cleaning cleaning() {
    return new Cleaning(desk.copy, fresh(), Progress.NONE, CLOCK);
  }

  private PackedObjects fresh() {
    return new PackedObjects(new FolderRemote(desk.remoteFolder));
  }

  private TreeSet<String> kinds(List<PackFile> files) {
    var kinds = new TreeSet<String>();
    files.forEach(each -> kinds.add(each.name().substring(each.name().indexOf('.'))));
    return kinds;
  }

  @Test
  void removesAPackThatNobodyNeedsAndNothingElse() throws Exception {
    var plan = cleaning().plan(GRACE);
    assertThat(plan.unneeded()).isEmpty();
    assertThat(plan.packs().stream().map(each -> each.name().replaceFirst(".*\\.", "")))
        .containsExactly("dir", "idx", "pack");
    assertThat(fresh().has(md5("stray"))).as("it only looked").isTrue();

    cleaning().clean(GRACE);

    assertThat(fresh().has(md5("stray"))).isFalse();
    assertThat(fresh().has(md5("only in the first version"))).isTrue();
    assertThat(cleaning().plan(GRACE).packs()).isEmpty();
    assertThat(desk.clone(folder.resolve("clone")).pull()).hasSize(1);
  }

  @Test
  void keepsWhatIsYoung() throws Exception {
    versions.age(Duration.ofDays(13));
    assertThat(cleaning().clean(GRACE).packs()).isEmpty();
    assertThat(fresh().has(md5("stray"))).isTrue();
  }

  /** A pack of which one object is needed stays whole. */
  @Test
  void keepsAPackOfWhichAnythingIsNeeded() throws Exception {
    git.reset().setMode(org.eclipse.jgit.api.ResetCommand.ResetType.HARD).setRef("HEAD~1").call();
    Files.deleteIfExists(desk.root.resolve(".git/ORIG_HEAD"));

    cleaning().clean(GRACE);

    assertThat(fresh().has(md5("only in the second version"))).isFalse();
    assertThat(fresh().has(md5("kept"))).isTrue();
    assertThat(desk.clone(folder.resolve("clone")).pull()).hasSize(1);
  }

  /** A colleague's push builds on old packs, and the commit has not come here yet. */
  @Test
  void keepsThePacksThatAFolderNeedsThatWasJustPushed() throws Exception {
    var colleague = desk.clone(folder.resolve("colleague"));
    colleague.write("d/mine", "stray");
    colleague.write("d/own", "own");
    colleague.add("d");
    assertThat(colleague.pack(UnaryOperator.identity()).files()).isEqualTo(2);

    cleaning().clean(GRACE);

    assertThat(fresh().has(md5("stray"))).isTrue();
    assertThat(colleague.clone(folder.resolve("third")).pull()).hasSize(1);
  }

  /** The folder is there already, since a push that nobody committed. */
  @Test
  void keepsAnOldFolderThatWasPushedAgain() throws Exception {
    var colleague = desk.clone(folder.resolve("colleague"));
    colleague.write("d/kept", "kept");
    colleague.write("d/new", "only in the second version");
    colleague.write("d/stray", "stray");
    colleague.add("d");
    assertThat(colleague.pack(UnaryOperator.identity()).files()).isZero();

    cleaning().clean(GRACE);

    assertThat(colleague.clone(folder.resolve("third")).pull()).hasSize(1);
  }

  @Test
  void keepsLooseObjectsThatAFolderBesideThePacksNeeds() throws Exception {
    desk.write("e/x", "loose");
    desk.add("e");
    desk.push();
    versions.age(Duration.ofDays(30));
    Files.delete(desk.root.resolve("e.dvc"));
    desk.write("d/x", "loose");
    desk.add("d");
    assertThat(desk.pack(UnaryOperator.identity()).files()).as("the folder").isEqualTo(1);
    git.checkout().addPath("d.dvc").call();

    var plan = cleaning().clean(GRACE);

    assertThat(plan.unneeded()).as("the folder e").hasSize(1);
    assertThat(fresh().has(md5("loose"))).isTrue();
  }

  @Test
  void removesPacksThatAreLooseAsAWhole() throws Exception {
    new Exploding(desk.copy, fresh(), Progress.NONE, Clock.systemUTC()).explode();
    assertThat(kinds(cleaning().plan(GRACE).packs())).containsExactly(".dir", ".idx", ".pack");

    cleaning().clean(GRACE);

    try (var left = Files.list(desk.remoteFolder.resolve("fovea/packs"))) {
      assertThat(left).isEmpty();
    }
    new StockView(desk.remoteFolder).requireSound();
    assertThat(desk.clone(folder.resolve("clone")).pull()).hasSize(1);
  }

  /** What a push left that was killed between a pack and its index. */
  @Test
  void removesHalvesThatAreOld() throws Exception {
    var half = desk.remoteFolder.resolve("fovea/packs").resolve("ab".repeat(32) + ".pack");
    Files.writeString(half, "half");
    cleaning().clean(GRACE);
    assertThat(half).as("young").exists();
    Files.setLastModifiedTime(half, FileTime.from(NOW.minus(Duration.ofDays(30))));
    cleaning().clean(GRACE);
    assertThat(half).doesNotExist();
  }

  @Test
  void andAPushInPacksKeepOutOfEachOthersWay() throws Exception {
    try (var _ = Lease.take(desk.remote, Lease.Kind.GC, Clock.systemUTC())) {
      desk.write("d/newer", "newer");
      desk.add("d");
      assertThatThrownBy(() -> desk.pack(UnaryOperator.identity())).isInstanceOf(Lease.Busy.class);
    }
  }

  /** Nobody knows what is needed of it. */
  @Test
  void stopsAtAnIndexThatCannotBeRead() throws Exception {
    try (var files = Files.list(desk.remoteFolder.resolve("fovea/packs"))) {
      var index = files.filter(file -> file.toString().endsWith(".idx")).findFirst().orElseThrow();
      Files.writeString(index, "FOVEAIDX");
    }
    assertThatThrownBy(() -> cleaning().clean(GRACE)).isInstanceOf(PackRefused.class);
    assertThat(desk.remote.markers()).isEmpty();
  }

  /** Cut off at each request in turn: no folder is there without its files. */
  @Test
  void isNeverHalfDone() throws Exception {
    var tracked = desk.copy.tracked().getFirst().name();
    int requests = 250;
    for (boolean done = false; !done; requests++) {
      var dying = new PackedObjects(new Dying(new FolderRemote(desk.remoteFolder), requests, true));
      try {
        new Cleaning(desk.copy, dying, Progress.NONE, CLOCK).clean(GRACE);
        done = true;
      } catch (IOException e) {
        assertThat(e).hasMessage(Dying.CUT_OFF);
      }
      try (var folders =
          Files.newDirectoryStream(desk.remoteFolder.resolve("fovea/packs"), "*.dir")) {
        for (var each : folders) {
          var name = each.getFileName().toString();
          var directory =
              dev.fovea.dvc.cache.FolderObjects.read(desk.copy.cache(), fresh(), name)
                  .orElseThrow();
          for (var file : directory.entries()) {
            assertThat(fresh().has(file.md5())).as("%s of %s", file.path(), name).isTrue();
          }
        }
      }
      for (var marker : fresh().markers()) {
        fresh().unmark(marker.name());
      }
    }
    assertThat(fresh().has(tracked)).isTrue();
    assertThat(fresh().has(md5("stray"))).isFalse();
  }
}
