package dev.fovea.datasets.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.kernel.Audited;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");

  @Test
  void anAcceptedPushBecomesAVersionTiedToItsCommit() throws Exception {
    var team = team().soundImages();
    team.dvcPush();
    var commit = team.commit("first digits");
    var pushed = team.push();

    assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
    assertThat(pushed.terminal())
        .contains("dataset digits: version 1, 6 images, 6 added")
        .contains("splits: test 2, train 4");
    var version = datasets.head(team.project(), DIGITS);
    assertThat(version.commit()).isEqualTo(commit);
    assertThat(version.number()).isEqualTo(1);
    assertThat(version.author()).isEqualTo("ada");
    assertThat(version.classes()).containsExactly("0", "1", "2");
    assertThat(version.splits()).isEqualTo(Map.of("train", 4, "test", 2));
    assertThat(version.dvc()).isEqualTo(team.dvcAdd().name());
    var manifest = Manifest.read(objects, version.digest());
    assertThat(manifest.samples()).hasSize(6);
    assertThat(objects.bytes(manifest.samples().getFirst().image(), 1 << 20))
        .isEqualTo(TestImages.png(100));
    assertThat(datasets.pushes(team.project()).getFirst().accepted()).isTrue();
    assertThat(projects.project(team.project()).head()).contains(commit.sha());
    assertThat(datasets.teamFile(team.project()).text()).contains("data/digits.dvc");
  }

  @Test
  void anAcceptedPushIsAnnouncedWithItsLineage() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    var version = datasets.head(team.project(), DIGITS);
    assertThat(events.of(DatasetCommitted.class))
        .filteredOn(event -> event.project().equals(team.project()))
        .hasSize(1);
    assertThat(events.of(LineageLinked.class))
        .filteredOn(link ->
            link.project().equals(team.project()) && link.to().digest().equals(version.digest()))
        .extracting(link -> link.from().kind())
        .containsExactly(Kind.COMMIT);
    assertThat(events.of(Audited.class))
        .filteredOn(audited -> audited.project().equals(team.project().text()))
        .extracting(Audited::who, Audited::act, Audited::outcome)
        .containsExactly(tuple("ada", "pushed to main", "done"));
  }

  @Test
  void aRefusedPushListsEveryFindingAndLeavesTheBranch() throws Exception {
    var team = team().soundImages();
    var whole = TestImages.png(1);
    team.image("images/cut.png", Arrays.copyOf(whole, whole.length / 2), "1", "train")
        .image("images/empty.png", new byte[0], "1", "train")
        .image("images/leak.png", TestImages.png(100), "0", "test")
        .image("images/word.png", TestImages.png(2), "seven", "train")
        .row("images/nowhere.png", "1", "train")
        .row("../outside.png", "1", "train")
        .file("images/nobody.png", TestImages.png(3))
        .image("images/when.png", TestImages.png(4), "1", "someday")
        .row("images/0.png", "0", "train");
    var pushed = team.prepared("broken").push();

    assertThat(pushed.status()).isEqualTo(Status.REJECTED_OTHER_REASON);
    assertThat(pushed.terminal())
        .contains("error[push.refused] 9 findings")
        .contains("undecodable", "data/digits/images/cut.png: is cut short")
        .contains("data/digits/images/empty.png: is empty: 0 bytes")
        .contains(
            "split-leakage",
            "data/digits/images/leak.png: is in test and has the same bytes as images/0.png, which"
                + " is in train")
        .contains(
            "unknown-class",
            "data/digits/labels.csv:11: label 'seven' of images/word.png is not a number (expected:"
                + " one of 0, 1, 2)")
        .contains("orphan", "'images/nowhere.png' has a label and no image")
        .contains("data/digits/images/nobody.png: is an image without a label")
        .contains("path", "'../outside.png' leaves the dataset folder")
        .contains("split 'someday' of images/when.png (expected: train, val or test)")
        .contains("'images/0.png' is listed twice, in line 2 as train and here as train")
        .contains("fix: correct the files named");
    assertThat(projects.project(team.project()).head()).isEmpty();
    assertThat(datasets.versions(team.project(), DIGITS)).isEmpty();
    var logged = datasets.pushes(team.project());
    assertThat(logged)
        .singleElement()
        .satisfies(push -> assertThat(push.findings()).hasSize(9).allMatch(Finding::refuses));
    assertThat(events.of(Audited.class))
        .filteredOn(audited -> audited.project().equals(team.project().text()))
        .extracting(Audited::outcome)
        .containsExactly("refused: 9 findings");
  }

  @Test
  void showsFiftyFindingsAndCountsTheRest() throws Exception {
    var team = team().soundImages();
    for (int i = 0; i < 80; i++) {
      team.row("images/none-%d.png".formatted(i), "1", "train");
    }
    var terminal = team.prepared("orphans").push().terminal();
    assertThat(terminal.lines().filter(line -> line.contains("orphan"))).hasSize(50);
    assertThat(terminal).contains("and 30 more");
  }

  @Test
  void saysWhichCommandIsMissingWhenTheImagesAreNotPushed() throws Exception {
    var team = team().soundImages();
    team.dvcAdd();
    team.commit("forgot dvc push");
    var pushed = team.push();
    assertThat(pushed.accepted()).isFalse();
    assertThat(pushed.terminal())
        .contains("data/digits.dvc:2:")
        .contains("run 'dvc push' before 'git push'");
  }

  @Test
  void warnsWhereTheTeamSaysSoAndLeavesTheImageOut() throws Exception {
    var team =
        team().soundImages().image("images/bad.png", "no image".getBytes(UTF_8), "1", "train");
    team.write(
        "fovea.yaml",
        Team.TEAM_FILE.formatted(team.project())
            + "    quality: {undecodable: warn, class-balance: off}\n");
    var pushed = team.prepared("one is bad").push();
    assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
    assertThat(pushed.terminal()).contains("! undecodable", "images/bad.png");
    assertThat(datasets.head(team.project(), DIGITS).images()).isEqualTo(6);
    assertThat(datasets.pushes(team.project()).getFirst().findings()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"'', true, ! near-duplicate", "refuse, false, x near-duplicate", "off, true, ''"})
  void findsImagesOfTwoSplitsThatLookAlike(String reaction, boolean accepted, String said)
      throws Exception {
    var team = team().soundImages();
    team.image("images/a.png", TestImages.encoded("png", 128, 96, 5), "1", "train")
        .image("images/b.jpg", TestImages.encoded("jpg", 160, 120, 5), "1", "test")
        .image("images/c.png", TestImages.encoded("png", 128, 96, 6), "1", "test");
    if (!reaction.isEmpty()) {
      team.write(
          "fovea.yaml",
          Team.TEAM_FILE.formatted(team.project())
              + "    quality: {near-duplicate: %s}\n".formatted(reaction));
    }
    var pushed = team.prepared("alike").push();

    assertThat(pushed.accepted()).as(pushed.terminal()).isEqualTo(accepted);
    if (said.isEmpty()) {
      assertThat(pushed.terminal()).doesNotContain("near-duplicate");
    } else {
      assertThat(pushed.terminal())
          .containsOnlyOnce(" near-duplicate data/")
          .contains(
              said
                  + " data/digits/images/b.jpg: is in test and looks like images/a.png, which is in"
                  + " train (");
    }
    if (accepted) {
      assertThat(datasets.head(team.project(), DIGITS).images()).isEqualTo(9);
    }
  }

  @Test
  void refusesLabelsThatNoDatabaseCouldKeep() throws Exception {
    var team = team().soundImages().image("images/odd.png", TestImages.png(7), "a\0b", "train");
    var pushed = team.prepared("odd label").push();
    assertThat(pushed.terminal())
        .contains("data/digits/labels.csv:8: label or slice of images/odd.png");
    assertThat(datasets.pushes(team.project())).hasSize(1);
  }

  @Test
  void readsLabelsByFolderAndSettlesTheirClasses() throws Exception {
    var team = team();
    team.write(
        "fovea.yaml",
        Team.TEAM_FILE
            .formatted(team.project())
            .replace("csv", "imagefolder")
            .replaceAll("    classes.*\n", ""));
    for (int i = 0; i < 12; i++) {
      team.file("%s/%d/%d.png".formatted(i < 11 ? "train" : "test", i, i), TestImages.png(600 + i));
    }
    team.prepared("by folder").push();
    var first = datasets.head(team.project(), DIGITS);
    assertThat(first.classes()).startsWith("0", "1", "2").endsWith("10", "11");
    assertThat(first.splits()).isEqualTo(Map.of("train", 11, "test", 1));
    var pushed =
        team.file("train/cat/1.png", TestImages.png(700)).prepared("a class too many").push();
    assertThat(pushed.terminal())
        .contains("unknown-class")
        .contains("label 'cat' of train/cat/1.png is not a number");
  }

  @Test
  void namesTheLineOfAMistakeInTheTeamFile() throws Exception {
    var team = team().soundImages();
    team.write(
        "fovea.yaml",
        Team.TEAM_FILE.formatted(team.project()).replace("format: csv", "format: pickle"));
    var pushed = team.prepared("bad team file").push();
    assertThat(pushed.accepted()).isFalse();
    assertThat(pushed.terminal()).contains("fovea.yaml:5:");
  }

  @Test
  void refusesATeamFileOfAnotherProject() throws Exception {
    var team = team().soundImages();
    team.write("fovea.yaml", Team.TEAM_FILE.formatted("other"));
    assertThat(team.prepared("wrong project").push().terminal())
        .contains("project: other (expected: " + team.project());
  }

  @Test
  void refusesALinkInThePlaceOfAFile() throws Exception {
    var team = team();
    var work = team.git().getRepository().getWorkTree().toPath();
    java.nio.file.Files.delete(work.resolve("fovea.yaml"));
    java.nio.file.Files.createSymbolicLink(
        work.resolve("fovea.yaml"), java.nio.file.Path.of("/etc/passwd"));
    team.commit("link");
    var pushed = team.push();
    assertThat(pushed.accepted()).isFalse();
    assertThat(pushed.terminal()).contains("fovea.yaml: is a link").doesNotContain("root:");
  }

  @Test
  void refusesADvcFileThatLeadsElsewhere() throws Exception {
    var team = team().soundImages();
    var file = team.dvcAdd();
    team.write(
        "data/digits.dvc",
        "outs:\n- md5: %s\n  hash: md5\n  path: ../../x\n".formatted(file.name()));
    team.commit("elsewhere");
    assertThat(team.push().terminal()).contains("data/digits.dvc:4:", "leaves the dataset folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "refs/heads/-x",
        "refs/heads/a$(id)",
        "refs/fovea/x",
        "refs/pull/1/head",
        "refs/heads/ä"
      })
  void refusesRefsThatAreNoPlainBranchOrTag(String ref) throws Exception {
    var team = team().soundImages().prepared("first");
    var pushed = team.push("refs/heads/main:" + ref);
    assertThat(pushed.accepted()).isFalse();
    assertThat(pushed.reason()).contains("expected: refs/heads/ or refs/tags/");
  }

  @Test
  void refusesATreeThatWouldOverwriteGitItself() throws Exception {
    var team = team();
    var repository = team.git().getRepository();
    for (var name : new String[] {".git", ".GIT", "git~1", ".g\u200cit", ".."}) {
      try (var inserter = repository.newObjectInserter()) {
        var blob = inserter.insert(Constants.OBJ_BLOB, "x".getBytes(UTF_8));
        var tree = new org.eclipse.jgit.lib.TreeFormatter();
        tree.append(name, org.eclipse.jgit.lib.FileMode.REGULAR_FILE, blob);
        var commit = new org.eclipse.jgit.lib.CommitBuilder();
        commit.setTreeId(inserter.insert(Constants.OBJ_TREE, tree.toByteArray()));
        commit.setAuthor(new org.eclipse.jgit.lib.PersonIdent("ada", ""));
        commit.setCommitter(new org.eclipse.jgit.lib.PersonIdent("ada", ""));
        commit.setMessage("hostile");
        var id = inserter.insert(commit);
        inserter.flush();
        assertThatThrownBy(() -> team.push(id.name() + ":refs/heads/main"))
            .hasMessageContaining("invalid name '%s'", name);
      }
    }
    assertThat(projects.project(team.project()).head()).isEmpty();
  }

  @Test
  void refusesAPackThatIsTooLarge() throws Exception {
    var team = team();
    var noise = new byte[3 << 20];
    new Random(1).nextBytes(noise);
    team.write("noise.txt", java.util.HexFormat.of().formatHex(noise));
    team.commit("large");
    assertThatThrownBy(team::push)
        .hasMessageContaining("Pack exceeds the limit of 2,097,152 bytes");
    assertThat(projects.project(team.project()).head()).isEmpty();
  }

  @Test
  void neverRewritesHistory() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    var head = projects.project(team.project()).head();
    team.git().commit().setAmend(true).setMessage("another first").setSign(false).call();
    var forced = team.push("+refs/heads/main:refs/heads/main");
    assertThat(forced.accepted()).isFalse();
    assertThat(team.push(":refs/heads/main").accepted()).isFalse();
    assertThat(projects.project(team.project()).head()).isEqualTo(head);
  }

  @Test
  void aSecondVersionKnowsWhatChanged() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    var first = datasets.head(team.project(), DIGITS);
    team.image("images/new.png", TestImages.png(200), "1", "train").prepared("one more").push();
    var second = datasets.head(team.project(), DIGITS);
    assertThat(second.number()).isEqualTo(2);
    assertThat(second.parent()).contains(first.digest());
    assertThat(second.added()).isEqualTo(1);
    var diff = datasets.diff(team.project(), DIGITS, first.digest(), second.digest());
    assertThat(diff.added())
        .singleElement()
        .satisfies(sample -> assertThat(sample.path()).isEqualTo("images/new.png"));
    assertThat(diff.unchanged()).isEqualTo(6);
  }

  @Test
  void aPushThatLeavesTheDatasetAloneMakesNoVersion() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    team.write("README.md", "hello");
    team.commit("readme");
    assertThat(team.push().accepted()).isTrue();
    assertThat(datasets.versions(team.project(), DIGITS)).hasSize(1);
  }

  @Test
  void otherBranchesAreVersionedAndHeadStaysMains() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    team.image("images/new.png", TestImages.png(200), "1", "train").prepared("trial");
    assertThat(team.push("refs/heads/main:refs/heads/trial").accepted()).isTrue();
    assertThat(datasets.versions(team.project(), DIGITS)).hasSize(2);
    assertThat(datasets.head(team.project(), DIGITS).number()).isEqualTo(1);
    assertThat(datasets.versions(team.project(), DIGITS).getFirst().branch()).isEqualTo("trial");
    team.push();
    assertThat(datasets.head(team.project(), DIGITS).number()).isEqualTo(2);
    assertThat(team.push(":refs/heads/trial").accepted()).isTrue();
    assertThat(datasets.versions(team.project(), DIGITS)).hasSize(2);
  }

  @Test
  void ofTwoPushesAtOnceOneIsToldToPull() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    var colleague = team.colleague("bob", folder.resolve("bob-" + team.project()));
    team.image("images/a.png", TestImages.png(300), "1", "train").prepared("mine");
    colleague.image("images/b.png", TestImages.png(301), "2", "train").prepared("yours");
    try (var both = Executors.newFixedThreadPool(2)) {
      Callable<Team.Pushed> mine = team::push;
      Callable<Team.Pushed> yours = colleague::push;
      var results = both.invokeAll(java.util.List.of(mine, yours));
      assertThat(results.stream().filter(result -> result.resultNow().accepted())).hasSize(1);
    }
    assertThat(datasets.versions(team.project(), DIGITS)).hasSize(2);
  }

  @Test
  void doesNotServeWhatWasRefused() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    team.image("images/bad.png", new byte[0], "1", "train");
    team.dvcPush();
    var refused = team.commit("refused");
    team.push();
    var thief = team.colleague("eve", folder.resolve("eve-" + team.project()));
    assertThatThrownBy(() ->
            thief
                .git()
                .fetch()
                .setRemote(team.url())
                .setCredentialsProvider(thief.credentials())
                .setRefSpecs(new RefSpec(refused.sha() + ":refs/heads/stolen"))
                .call())
        .hasMessageContaining("want");
    assertThat(
            thief.git().getRepository().getObjectDatabase().has(ObjectId.fromString(refused.sha())))
        .isFalse();
    assertThatThrownBy(() -> datasets.teamFile(team.project(), refused))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> datasets.teamFile(team.project(), GitCommit.of("0".repeat(40))))
        .isInstanceOf(NoSuchThing.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/config",
        "/HEAD",
        "/objects/info/packs",
        "/..%2f..%2fetc/info/refs?service=git-upload-pack",
        "x/info/refs?service=git-upload-pack"
      })
  void servesNothingButSmartHttp(String path) throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(team.url() + path))
                  .header("Authorization", "Basic YWRhOng=")
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isBetween(400, 404);
      assertThat(answer.body()).doesNotContain("[core]", "ref: refs");
    }
  }
}
