package dev.fovea.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.FolderRemote;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.transfer.Pushing;
import dev.fovea.dvc.tree.Deriving;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Subsets of a version that nobody pulled: made of its manifest and its label files alone. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class VersionSubsetTest {
  private static final String CARS = "select path from labels where class = 'car' and x1 >= 10";
  private static final String DIGEST = "c0ffee".repeat(10) + "c0ff";

  @TempDir Path folder;
  private FolderRemote remote;
  private Cars maker;
  private Cars asker;

  @BeforeEach
  void twoWorkingCopies() throws IOException {
    remote = new FolderRemote(folder.resolve("remote"));
    maker = Cars.inCoco(folder.resolve("maker"));
    asker = new Cars(folder.resolve("asker"));
    push(maker);
  }

  private void push(Cars cars) throws IOException {
    new Pushing(cars.copy, remote, Progress.NONE).push(cars.copy.tracked());
  }

  private String name() throws IOException {
    return maker.dataset().held().name();
  }

  /** What a server says of it: its images with one car each, at x = 10 in the first and 0 else. */
  private String manifest() throws IOException {
    var samples =
        maker.dataset().held().files().stream()
            .filter(file -> file.path().endsWith(".png"))
            .map(VersionSubsetTest::sample)
            .collect(Collectors.joining(","));
    return "{\"classes\":[\"car\"],\"samples\":[%s]}".formatted(samples);
  }

  private static String sample(Held.File file) {
    return """
    {"path":"%s","image":"sha256:aa","md5":"%s","bytes":%d,"label":"","split":"train","slice":null,"objects":[
      {"label":"car","kind":"BOX","x1":%d,"y1":0,"x2":50,"y2":40,"outline":[],"area":400,"detail":"00"}]}
    """
        .formatted(file.path(), file.md5(), file.bytes(), file.path().endsWith("a.png") ? 10 : 0);
  }

  private List<Held.File> images(String manifest, String sql) throws IOException {
    var digest = "%064x".formatted(manifest.hashCode());
    return new VersionQuery(
            folder.resolve("kept"), digest, file -> Files.writeString(file, manifest))
        .images(SqlText.parse(sql), QueryLimits.DEFAULT);
  }

  private Subset.Written subset(String version, List<Held.File> images, String target)
      throws IOException {
    try (var draft = new Deriving(asker.copy, Progress.NONE).begin(asker.root.resolve(target))) {
      return new VersionSubset(asker.copy, remote, Progress.NONE)
          .write(
              draft,
              new VersionSubset.Version("cars@3", DIGEST, version),
              images,
              SqlText.parse(CARS),
              Optional.empty(),
              Optional.empty());
    }
  }

  private boolean has(Cars cars, String path) throws IOException {
    var md5 =
        maker.dataset().held().files().stream().filter(f -> f.path().equals(path)).findFirst();
    return Files.exists(cars.copy.cache().directory(md5.orElseThrow().md5()));
  }

  private void assertNothingIsLeft() {
    assertThat(asker.root.resolve("few")).doesNotExist();
    assertThat(asker.root.resolve("few.dvc")).doesNotExist();
    assertThat(asker.root.resolve(".dvc/tmp/fovea")).isEmptyDirectory();
  }

  @Test
  void isThatOfThePulledFolderAndFetchesNoImage() throws IOException {
    var pulled = maker.subset("select path from labels where class = 'car' and area < 900", "few");

    var made = subset(name(), images(manifest(), CARS), "few");

    assertThat(made.added().tracked().name()).isEqualTo(pulled.added().tracked().name());
    assertThat(made.added().bytes()).isEqualTo(pulled.added().bytes());
    assertThat(made.added().files()).isEqualTo(pulled.added().files());
    assertThat(made.images()).isEqualTo(1);
    assertThat(asker.root.resolve("few")).doesNotExist();
    assertThat(has(asker, "images/a.png")).isFalse();
    assertThat(Files.readString(asker.root.resolve("few.dvc")))
        .contains(
            "from:\n      version: cars@3\n      digest: %s\n      md5: %s\n"
                .formatted(DIGEST, name()));
    assertThat(asker.copy.tracked()).allMatch(Subset::is).hasSize(1);
  }

  @Test
  void isPushedWithoutItsImagesAndPulledAsAnyOther() throws IOException {
    var made = subset(name(), images(manifest(), CARS), "few").added().tracked();

    push(asker);
    new Pulling(asker.copy, remote, Progress.NONE, false).pull(made);

    assertThat(remote.has(made.name())).isTrue();
    assertThat(asker.files("few").keySet())
        .containsExactly("annotations/instances_train.json", "images/a.png");
    assertThat(has(asker, "images/b.png")).as("of another image").isFalse();
  }

  @Test
  void ofYoloFetchesTheChosenImagesForTheirSizes() throws IOException {
    maker = new Cars(folder.resolve("yolo"));
    maker.write("data/data.yaml", "train: images/train\nnames: [car, person]\ntask: detect\n");
    maker.image("data/images/train/a.png", 100, 50);
    maker.image("data/images/train/b.png", 10, 10);
    maker.write("data/labels/train/a.txt", "1 0.5 0.5 0.1 0.2\n");
    maker.write("data/labels/train/b.txt", "0 0.5 0.5 0.1 0.2\n");
    maker.add();
    push(maker);
    var pulled = maker.subset("select path from images where path like '%/a.png'", "few");

    var made = subset(name(), images(manifest(), CARS), "few");

    assertThat(made.added().tracked().name()).isEqualTo(pulled.added().tracked().name());
    assertThat(has(asker, "images/train/a.png")).isTrue();
    assertThat(has(asker, "images/train/b.png")).isFalse();
  }

  @Test
  void choosesImagesOfTheVersionAndNothingElse() throws IOException {
    assertThat(images(manifest(), "select * from labels order by md5"))
        .extracting(Held.File::path)
        .containsExactly("images/a.png", "images/b.png", "images/c.png");
    assertThatThrownBy(() -> images(manifest(), "select md5 from images"))
        .hasMessageContaining("the query gives md5, and no column path");
    assertThatThrownBy(() -> images(manifest(), "select 'images/lost.png' as path"))
        .hasMessageContaining("'images/lost.png', which is no image of the version");
    assertThatThrownBy(() -> images(manifest(), "select 7 as path"))
        .hasMessageContaining("'7', which is no image of the version");
    assertThatThrownBy(() -> images(manifest(), "select null as path"))
        .hasMessageContaining("'null', which is no image of the version");
    assertThatThrownBy(() -> images(manifest(), "select path from images where false"))
        .hasMessageContaining("the query chooses no image");
    assertThatThrownBy(() -> images(manifest(), "select path from images using sample 1"))
        .hasMessageContaining("a sample is another each time");
    assertThatThrownBy(() -> images(manifest(), "select path from images where random() < 2"))
        .hasMessageContaining("random gives something else each time");
    assertThatThrownBy(() -> images(manifest(), "select pth as path from images"))
        .hasMessageContaining("line 1, column 8");
  }

  @Test
  void refusesAManifestThatContradictsItself() throws IOException {
    var one = manifest().replace("images/c.png", "images/b.png");
    assertThatThrownBy(() -> images(one, "select path from images"))
        .hasMessageContaining("the version's manifest has 'images/b.png' twice");
  }

  @Test
  void makesNothingOfWhatServerAndRemoteDoNotAgreeOn() throws IOException {
    var other = List.of(new Held.File("images/a.png", "0".repeat(32), 1));
    var lost = List.of(new Held.File("images/../a.png", "0".repeat(32), 1));
    assertThatThrownBy(() -> subset(name(), other, "few"))
        .isInstanceOf(QueryProblem.class)
        .hasMessageContaining("the manifest of cars@3 says the MD5 000000")
        .hasMessageContaining("of 'images/a.png', its folder ");
    assertThatThrownBy(() -> subset(name(), lost, "few")).hasMessageContaining("has no such file");
    assertThatThrownBy(() -> subset("0".repeat(32) + ".dir", other, "few"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("lacks cars@3, the object 0000");
    assertThatThrownBy(() -> subset("../../etc/passwd", other, "few"))
        .hasMessageContaining("cars@3 is the folder '../../etc/passwd' (expected: 32 hex digits");
    assertNothingIsLeft();
  }

  @Test
  void makesNothingWhereTheRemoteLacksTheLabels() throws IOException {
    var labels =
        maker.dataset().held().files().stream()
            .filter(file -> file.path().endsWith(".json"))
            .map(Held.File::md5)
            .toList();
    remote.remove(labels);
    var chosen = images(manifest(), CARS);

    assertThatThrownBy(() -> subset(name(), chosen, "few"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("lacks 1 objects ('annotations/instances_train.json') of cars@3");
    assertNothingIsLeft();
  }
}
