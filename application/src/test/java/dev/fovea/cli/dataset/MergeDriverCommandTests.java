package dev.fovea.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.GitFolder;
import dev.fovea.dvc.merge.MergeDriverSettings;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Branches of datasets, merged by the real {@code git}. */
class MergeDriverCommandTests {
  private static final String CAR = "car";
  @TempDir Path folder;
  private GitFolder git;

  @BeforeEach
  void begin() throws Exception {
    git = new GitFolder(folder);
    WorkingCopy.init(git.root);
    MergeDriverSettings.install(
        git.root, "'" + git.launcher.toString().replace("'", "'\\''") + "'");
  }

  /** Labels of two objects of one image. */
  private static String coco(String first, int secondX) {
    return """
    {"images": [{"id": 7, "file_name": "a.jpg", "width": 100, "height": 50}],
     "categories": [{"id": 1, "name": "car"}, {"id": 2, "name": "van"}, {"id": 3, "name": "bus"}],
     "annotations": [
       {"id": 1, "image_id": 7, "category_id": %d, "bbox": [10, 20, 40, 10], "area": 400, "iscrowd": 0, "segmentation": []},
       {"id": 2, "image_id": 7, "category_id": 1, "bbox": [%d, 20, 20, 10], "area": 200, "iscrowd": 0, "segmentation": []}]}
    """
        .formatted(Map.of(CAR, 1, "van", 2, "bus", 3).get(first), secondX);
  }

  private static Map<String, String> files(String... namesAndTexts) {
    var files = new HashMap<String, String>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      files.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return files;
  }

  /** Two branches of one base, ours checked out. */
  private void branches(
      String tracked,
      Map<String, String> base,
      Map<String, String> ours,
      Map<String, String> theirs)
      throws IOException, InterruptedException {
    git.commit(tracked, base);
    git.git("checkout", "-qb", "theirs");
    git.commit(tracked, theirs);
    git.git("checkout", "-q", "main");
    git.commit(tracked, ours);
  }

  @Test
  void mergesFilesAndObjectsOfBothSides() throws Exception {
    branches(
        "data",
        files("a.jpg", "a", "gone.jpg", "g", "labels.json", coco(CAR, 60)),
        files("a.jpg", "a", "mine.jpg", "m", "labels.json", coco("van", 60)),
        files("a.jpg", "a", "yours.jpg", "y", "labels.json", coco(CAR, 65)));

    var said = git.run("git", "merge", "--no-edit", "theirs");

    assertThat(said.exitCode()).as(said.text()).isZero();
    assertThat(said.text()).contains("data.dvc: merged, 1 files of labels inside");
    assertThat(git.git("status", "--porcelain")).isEmpty();
    var merged = git.checkedOut("data");
    assertThat(merged).containsOnlyKeys("a.jpg", "mine.jpg", "yours.jpg", "labels.json");
    assertThat(merged.get("labels.json"))
        .contains("\"id\":1,\"image_id\":7,\"category_id\":2,\"bbox\":[10,20,40,10]")
        .contains("\"id\":2,\"image_id\":7,\"category_id\":1,\"bbox\":[65,20,20,10]");
  }

  @Test
  void leavesUnmergedWhatBothChangedAndLosesNeither() throws Exception {
    branches(
        "data",
        files("a.jpg", "a", "labels.json", coco(CAR, 60)),
        files("a.jpg", "a", "mine.jpg", "m", "labels.json", coco("van", 60)),
        files("a.jpg", "a", "yours.jpg", "y", "labels.json", coco("bus", 65)));

    var said = git.run("git", "merge", "--no-edit", "theirs");

    assertThat(said.exitCode()).as(said.text()).isEqualTo(1);
    assertThat(said.text())
        .contains("CONFLICT (content): Merge conflict in data.dvc")
        .contains(
            "labels.json: a.jpg, object 1 'car' at [10, 20, 50, 30]: class: ours 'van', theirs"
                + " 'bus'")
        .contains("keep one part of data.dvc");
    assertThat(git.git("status", "--porcelain")).isEqualTo("UU data.dvc\n");

    // Whoever keeps their part has the conflict as theirs, and all else of both sides.
    var text = Files.readString(git.root.resolve("data.dvc"));
    git.write(
        "data.dvc",
        text.replaceFirst("(?s)<<<<<<< ours\n.*=======\n", "").replace(">>>>>>> theirs\n", ""));
    git.git("commit", "-qam", "settled");
    var settled = git.checkedOut("data");
    assertThat(settled).containsOnlyKeys("a.jpg", "mine.jpg", "yours.jpg", "labels.json");
    assertThat(settled.get("labels.json"))
        .contains("\"category_id\":3,\"bbox\":[10,20,40,10]")
        .contains("\"bbox\":[65,20,20,10]");
    for (var side : new String[] {"main~1", "theirs"}) {
      git.git("checkout", "-q", side, "--", "data.dvc");
      assertThat(git.checkedOut("data").get("labels.json"))
          .isEqualTo(side.equals("theirs") ? coco("bus", 65) : coco("van", 60));
    }
  }

  @Test
  void leavesUnmergedWhatOneSideDeletedAndTheOtherChanged() throws Exception {
    // A working copy of its own below the top of the repository.
    WorkingCopy.init(Files.createDirectories(git.root.resolve("sub/set")));
    git.write("sub/set/.gitignore", "/data\n");
    branches(
        "sub/set/data",
        files("a", "1", "x/f", "2", "z", "z"),
        files("a", "1", "y/f", "2", "z", "z"),
        files("x/f", "changed", "z", "zz", "more", "m"));
    git.commit("sub/set/data", files("a", "changed", "y/f", "2", "z", "z"));

    var said = git.run("git", "merge", "--no-edit", "theirs");

    assertThat(said.exitCode()).as(said.text()).isEqualTo(1);
    assertThat(said.text()).contains("a: ours changed it, theirs deleted it");
    assertThat(git.git("status", "--porcelain")).isEqualTo("UU sub/set/data.dvc\n");
    var text = Files.readString(git.root.resolve("sub/set/data.dvc"));
    git.write(
        "sub/set/data.dvc",
        text.replace("<<<<<<< ours\n", "").replaceFirst("(?s)=======\n.*>>>>>>> theirs\n", ""));
    assertThat(git.checkedOut("sub/set/data"))
        .isEqualTo(files("a", "changed", "y/f", "changed", "z", "zz", "more", "m"));
  }

  @Test
  void isInConflictWhereItFails() throws Exception {
    branches("data", files("a", "1"), files("a", "2"), files("a", "3"));
    try (var objects = Files.walk(git.root.resolve(".dvc/cache"))) {
      for (var object : objects.filter(each -> each.toString().endsWith(".dir")).toList()) {
        Files.delete(object);
      }
    }

    var said = git.run("git", "merge", "--no-edit", "theirs");

    assertThat(said.exitCode()).as(said.text()).isEqualTo(1);
    assertThat(said.text()).contains("which the merge needs, is not in the cache");
    assertThat(git.git("status", "--porcelain")).isEqualTo("UU data.dvc\n");
    assertThat(Files.readString(git.root.resolve("data.dvc")))
        .contains("<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n");
  }

  @Test
  void takesNoHalfOfAnEarlierConflictForWhatBothSidesHad() throws Exception {
    branches("data", files("a", "1"), files("a", "2"), files("a", "3"));
    // Two merges of the same two commits, settled each in its own way: now there are two bases.
    git.git("tag", "second");
    git.git("merge", "-q", "-s", "ours", "--no-edit", "theirs");
    git.git("checkout", "-q", "theirs");
    git.git("merge", "-q", "-s", "ours", "--no-edit", "second");
    git.git("checkout", "-q", "main");

    var said = git.run("git", "merge", "--no-edit", "theirs");

    assertThat(said.exitCode()).as(said.text()).isEqualTo(1);
    assertThat(said.text()).contains("a: both sides changed it");
    assertThat(git.git("status", "--porcelain")).isEqualTo("UU data.dvc\n");
  }

  @Test
  void installsItselfOnce() throws Exception {
    Files.writeString(git.root.resolve(".gitattributes"), "*.png binary");
    var first = git.fovea("dataset", "merge-driver", "--install");
    var second = git.fovea("dataset", "merge-driver", "--install");
    assertThat(first.exitCode()).as(first.text()).isZero();
    assertThat(second).isEqualTo(first);
    assertThat(git.root.resolve(".gitattributes")).hasContent("*.png binary\n*.dvc merge=fovea\n");
    assertThat(git.git("config", "merge.fovea.driver"))
        .isEqualTo(
            "'%s' dataset merge-driver %%O %%A %%B %%P\n"
                .formatted(git.launcher.toString().replace("'", "'\\''")));
    assertThat(git.git("config", "--get-all", "merge.fovea.recursive")).isEqualTo("binary\n");
    assertThat(git.git("check-attr", "merge", "x/data.dvc")).contains("merge: fovea");

    git.git("commit", "-q", "--allow-empty", "-m", "first");
    git.git("worktree", "add", "-q", folder.resolve("linked").toString());
    MergeDriverSettings.install(folder.resolve("linked"), "other");
    assertThat(git.git("config", "merge.fovea.driver")).startsWith("other dataset");
  }
}
