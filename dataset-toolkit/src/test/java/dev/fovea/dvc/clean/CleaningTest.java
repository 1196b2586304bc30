package dev.fovea.dvc.clean;

import static dev.fovea.dvc.clean.TwoVersions.ADA;
import static dev.fovea.dvc.clean.TwoVersions.CLOCK;
import static dev.fovea.dvc.clean.TwoVersions.GRACE;
import static dev.fovea.dvc.clean.TwoVersions.NOW;
import static dev.fovea.dvc.clean.TwoVersions.md5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.transfer.PushAndPullTest;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is removed from a remote, and what stays. */
class CleaningTest {
  @TempDir Path folder;
  private TwoVersions versions;
  private Desk desk;
  private Git git;

  @BeforeEach
  void commitTwoVersions() throws Exception {
    versions = new TwoVersions(folder, Desk::push);
    desk = versions.desk;
    git = versions.git;
  }

  private Cleaning cleaning() {
    return new Cleaning(desk.copy, desk.remote, Progress.NONE, CLOCK);
  }

  @Test
  void removesWhatNoCommitNeedsAndNothingElse() throws Exception {
    var plan = cleaning().plan(GRACE);
    assertThat(plan.unneeded().stream().map(Remote.Listed::name)).hasSize(2).contains(md5("stray"));
    assertThat(plan.unneeded().getFirst().name()).as("folders go first").endsWith(".dir");
    assertThat(desk.remote.has(md5("stray"))).as("it only looked").isTrue();

    cleaning().clean(GRACE);

    assertThat(desk.remote.has(md5("stray"))).isFalse();
    assertThat(desk.remote.has(md5("only in the first version"))).isTrue();
    assertThat(cleaning().plan(GRACE).unneeded()).isEmpty();
    assertThat(desk.clone(folder.resolve("clone")).pull()).hasSize(1);
  }

  @Test
  void keepsWhatAnyRefReaches() throws Exception {
    var first = git.getRepository().resolve("HEAD~1");
    git.reset().setMode(org.eclipse.jgit.api.ResetCommand.ResetType.HARD).setRef("HEAD~1").call();
    git.commit().setAmend(true).setMessage("other").setSign(false).call();
    // The second version's commit has no ref any more; give it a tag, then take that away.
    git.tag().setName("v2").setObjectId(parse(git.getRepository().resolve("ORIG_HEAD"))).call();
    assertThat(first).isNotNull();
    assertThat(names(cleaning().plan(GRACE))).doesNotContain(md5("only in the second version"));

    git.tagDelete().setTags("v2").call();
    Files.deleteIfExists(desk.root.resolve(".git/ORIG_HEAD"));
    assertThat(names(cleaning().plan(GRACE))).contains(md5("only in the second version"));
  }

  private org.eclipse.jgit.revwalk.RevCommit parse(org.eclipse.jgit.lib.ObjectId id)
      throws IOException {
    return git.getRepository().parseCommit(id);
  }

  private static TreeSet<String> names(Cleaning.Plan plan) {
    var names = new TreeSet<String>();
    plan.unneeded().forEach(each -> names.add(each.name()));
    return names;
  }

  @Test
  void keepsWhatIsYoung() throws Exception {
    versions.age(Duration.ofDays(13));

    var plan = cleaning().clean(GRACE);

    assertThat(plan.unneeded()).isEmpty();
    assertThat(plan.young()).as("the folder; its files are needed by it").isEqualTo(1);
    assertThat(desk.remote.has(md5("stray"))).isTrue();
  }

  /** Cut off after each removal: what proves a folder is gone before any of its files. */
  @Test
  void isNeverHalfDone() throws Exception {
    var removed = new ArrayList<String>();
    var watching =
        new Watching(desk.remote) {
          @Override
          public void remove(java.util.Collection<String> names) throws IOException {
            removed.addAll(names);
            super.remove(names);
          }
        };
    new Cleaning(desk.copy, watching, Progress.NONE, CLOCK).clean(GRACE);

    var kinds = removed.stream().map(name -> name.endsWith(".dir")).toList();
    assertThat(kinds).containsExactly(true, false);
  }

  @Test
  void andAPushKeepOutOfEachOthersWay() throws Exception {
    try (var _ = Lease.take(desk.remote, Lease.Kind.PUSH, CLOCK)) {
      assertThatThrownBy(() -> cleaning().clean(GRACE))
          .isInstanceOf(Lease.Busy.class)
          .hasMessageContaining("a push of");
      assertThat(cleaning().plan(GRACE).unneeded()).as("looking is no harm").hasSize(2);
    }
    desk.write("d/newer", "newer");
    desk.add("d");
    try (var _ = Lease.take(desk.remote, Lease.Kind.GC, Clock.systemUTC())) {
      assertThatThrownBy(desk::push).isInstanceOf(Lease.Busy.class).hasMessageContaining("a gc of");
    }
    assertThat(desk.push().files()).isEqualTo(2);
    assertThat(desk.remote.markers()).isEmpty();
  }

  /** A colleague's push builds on an old object, and the commit has not come here yet. */
  @Test
  void keepsTheOldFilesOfAFolderThatWasJustPushed() throws Exception {
    var colleague = desk.clone(folder.resolve("colleague"));
    colleague.write("d/mine", "stray");
    colleague.add("d");
    colleague.push();

    var plan = cleaning().clean(GRACE);

    assertThat(names(plan)).doesNotContain(md5("stray"));
    assertThat(colleague.clone(folder.resolve("third")).pull()).hasSize(1);
  }

  /** A colleague pushes a folder that is there already, since a commit that is gone. */
  @Test
  void keepsAnOldFolderThatWasPushedAgain() throws Exception {
    var colleague = desk.clone(folder.resolve("colleague"));
    colleague.write("d/kept", "kept");
    colleague.write("d/new", "only in the second version");
    colleague.write("d/stray", "stray");
    colleague.add("d");
    assertThat(colleague.push().files()).as("everything is there").isZero();

    cleaning().clean(GRACE);

    assertThat(colleague.clone(folder.resolve("third")).pull()).hasSize(1);
  }

  /** Every way in which the steps of a push and of a removal can follow each other. */
  @Test
  void oneOfTwoAlwaysSeesTheOther() throws Exception {
    for (var order : List.of("pp", "pg", "gp", "gg")) {
      var busy = 0;
      var held = new ArrayList<Lease>();
      for (char who : order.toCharArray()) {
        try {
          held.add(Lease.take(desk.remote, who == 'p' ? Lease.Kind.PUSH : Lease.Kind.GC, CLOCK));
        } catch (Lease.Busy _) {
          busy++;
        }
      }
      assertThat(busy).as(order).isEqualTo(order.charAt(0) == order.charAt(1) ? 0 : 1);
      for (var lease : held) {
        lease.close();
      }
    }
  }

  @Test
  void whoWasKilledIsNotWaitedForLong() throws Exception {
    desk.remote.mark("gc-0123", NOW.minus(Duration.ofMinutes(11)).toString());
    desk.remote.mark("push-0123", NOW.minus(Duration.ofMinutes(61)).toString());
    Lease.take(desk.remote, Lease.Kind.PUSH, CLOCK).close();
    Lease.take(desk.remote, Lease.Kind.GC, CLOCK).close();

    desk.remote.mark("gc-0123", "no moment");
    assertThatThrownBy(() -> Lease.take(desk.remote, Lease.Kind.PUSH, CLOCK))
        .as("what is not understood counts")
        .isInstanceOf(Lease.Busy.class);
  }

  @Test
  void stopsWhereItCannotKnowWhatIsNeeded() throws Exception {
    Files.writeString(desk.root.resolve("bad.dvc.txt"), "x");
    var notYaml = desk.root.resolve("old").resolve("x.dvc");
    Files.createDirectories(notYaml.getParent());
    Files.writeString(notYaml, "outs: [");
    git.add().addFilepattern("old").call();
    git.commit().setMessage("bad").setAuthor(ADA).setCommitter(ADA).setSign(false).call();
    git.rm().addFilepattern("old/x.dvc").call();
    git.commit().setMessage("mended").setAuthor(ADA).setCommitter(ADA).setSign(false).call();

    assertThatThrownBy(() -> cleaning().clean(GRACE))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("old/x.dvc in the history, line 1: not YAML");
    assertThat(desk.remote.has(md5("stray"))).isTrue();
  }

  /** A folder's object that names fewer files than it should would leave the others unprotected. */
  @Test
  void believesNoFolderThatIsNotWhatItsNameSays() throws Exception {
    var name = desk.copy.tracked(desk.root.resolve("d")).name();
    Files.delete(desk.copy.cache().directory(name));
    var object =
        desk.remoteFolder
            .resolve("files/md5")
            .resolve(name.substring(0, 2))
            .resolve(name.substring(2));
    object.toFile().setWritable(true);
    Files.writeString(object, "[]");

    assertThatThrownBy(() -> cleaning().clean(GRACE))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining(name + " at ")
        .hasMessageContaining("is damaged");
    assertThat(desk.remote.has(md5("stray"))).isTrue();
    assertThat(desk.remote.markers()).isEmpty();
  }

  /** A remote that only passes on. */
  private static class Watching extends PushAndPullTest.Counting {
    Watching(Remote behind) {
      super(behind);
    }
  }
}
