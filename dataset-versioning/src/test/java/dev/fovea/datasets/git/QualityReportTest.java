package dev.fovea.datasets.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.QualityReport.CheckResult;
import dev.fovea.datasets.QualityReport.Drift;
import dev.fovea.datasets.QualityReport.Example;
import dev.fovea.datasets.QualityReport.Kind;
import dev.fovea.datasets.QualityReport.Outcome;
import dev.fovea.datasets.QualityReport.Pictured;
import dev.fovea.datasets.QualityReport.Size;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is found in a dataset as a whole: at the push, and later. */
class QualityReportTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");

  @Autowired private JdbcClient db;

  @Test
  void countsClassesAndSaysWhatIsOutOfBalance() throws Exception {
    var team = team().soundImages().prepared("first");
    var terminal = team.push().terminal();
    assertThat(terminal)
        .contains("! class-balance  data/digits: has no image in test of 1 of 3 classes: 0")
        .contains(
            "! class-balance  data/digits: has fewer than 10 images to train on of 3 of 3 classes: 1 (1), 2 (1), 0 (2)")
        .contains("quality: 2 warnings (class-balance 2)\n");
    var report = report(team);
    assertThat(report.classes())
        .isEqualTo(Map.of("train", Map.of("0", 2, "1", 1, "2", 1), "test", Map.of("1", 1, "2", 1)));
    assertThat(report.parent()).isEmpty();
    assertThat(report.drift()).isEmpty();
    assertThat(report.findings()).isEqualTo(2);
    assertThat(report.checks())
        .extracting(CheckResult::check)
        .contains("undecodable", "class-balance", "image-surprise", "duplicate");
    assertThat(of(report, "class-balance").reaction()).isEqualTo("warn");
    assertThat(of(report, "orphan")).isEqualTo(new CheckResult("orphan", "refuse", 0, List.of()));
    assertThat(report.images().median()).contains(new Size(16, 16));
    assertThat(report.images().kinds()).containsExactly(new Kind("RGB", 8, 6));
    assertThat(report.repeats().alike()).contains(0);
  }

  @Test
  void measuresHowFarTheClassesMovedSinceTheVersionBefore() throws Exception {
    var team = team();
    for (int i = 0; i < 90; i++) {
      team.image(path("a", i), TestImages.png(1_000 + i), String.valueOf(i % 3), "train");
      if (i % 3 == 0) {
        team.image(path("t", i), TestImages.png(2_000 + i), String.valueOf(i / 3 % 3), "test");
      }
    }
    assertThat(team.prepared("even").push().terminal()).contains("quality: nothing found\n");
    var first = datasets.head(team.project(), DIGITS).digest();
    for (int i = 0; i < 60; i++) {
      team.image(path("b", i), TestImages.png(3_000 + i), "2", "train");
    }
    var terminal = team.prepared("more of one").push().terminal();

    assertThat(terminal)
        .contains(
            "! class-balance  data/digits: has drifted in train: 26.7 % of its images would need another class")
        .contains("most moved: 2 33.3 % to 60.0 %, ")
        .contains(
            "quality: 1 warning (class-balance 1); drift of classes since %s: test 0.0 %%, train 26.7 %%"
                .formatted(first.abbreviated()));
    var report = report(team);
    assertThat(report.parent().orElseThrow().version()).isEqualTo(first);
    assertThat(report.parent().orElseThrow().classes().get("train"))
        .isEqualTo(Map.of("0", 30, "1", 30, "2", 30));
    assertThat(report.drift())
        .satisfiesExactly(
            test -> assertThat(test).isEqualTo(new Drift("test", 30, 30, 0, Outcome.STEADY)),
            train -> {
              assertThat(train.distance()).isEqualTo(4.0 / 15, within(1e-9));
              assertThat(train.outcome()).isEqualTo(Outcome.DRIFTED);
            });
  }

  @Test
  void comparesABranchWithItsOwnVersionBefore() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    team.image("images/x.png", TestImages.png(400), "1", "train").prepared("trial");
    team.push("refs/heads/main:refs/heads/trial");
    var trial = datasets.versions(team.project(), DIGITS).getFirst();
    team.image("images/y.png", TestImages.png(401), "1", "train").prepared("trial again");
    team.push("refs/heads/main:refs/heads/trial");
    var again = datasets.versions(team.project(), DIGITS).getFirst();
    var report = datasets.quality(team.project(), DIGITS, again.digest());
    assertThat(report.parent()).map(QualityReport.Parent::version).contains(trial.digest());
    assertThat(again.parent()).contains(trial.digest());
  }

  @Test
  void showsTheImagesThatItIsAbout() throws Exception {
    var team = team().soundImages();
    var turned = TestImages.turned(64, 48, 7, 6);
    team.image("images/phone.jpg", turned, "1", "train")
        .image("images/twin.png", TestImages.png(100), "0", "train");
    var pushed = team.prepared("two surprises").push();
    assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
    assertThat(pushed.terminal())
        .contains("! image-surprise data/digits/images/phone.jpg: has EXIF orientation 6: ")
        .contains(
            "! duplicate      data/digits/images/twin.png: has the same bytes as images/0.png, and both are in train");
    var report = report(team);
    assertThat(report.images().turned()).isEqualTo(1);
    assertThat(report.repeats().exact()).isEqualTo(1);
    assertThat(of(report, "image-surprise").examples())
        .singleElement()
        .satisfies(example -> {
          assertThat(example.file()).isEqualTo("data/digits/images/phone.jpg");
          assertThat(example.images())
              .containsExactly(new Pictured("images/phone.jpg", Digest.sha256(turned)));
        });
    assertThat(of(report, "duplicate").examples())
        .extracting(Example::images)
        .containsExactly(
            List.of(new Pictured("images/twin.png", Digest.sha256(TestImages.png(100)))));
  }

  @ParameterizedTest
  @CsvSource({
    "image-surprise, refuse, false, x image-surprise",
    "image-surprise, off, true, ''",
    "duplicate, refuse, false, x duplicate",
    "duplicate, off, true, ''",
    "class-balance, refuse, false, x class-balance",
    "class-balance, off, true, ''"
  })
  void reactsAsTheTeamSays(String check, String reaction, boolean accepted, String said)
      throws Exception {
    var team = team().soundImages();
    team.image("images/phone.jpg", TestImages.turned(64, 48, 7, 6), "1", "train")
        .image("images/twin.png", TestImages.png(100), "0", "train");
    team.write(
        "fovea.yaml",
        Team.TEAM_FILE.formatted(team.project())
            + "    quality: {%s: %s}\n".formatted(check, reaction));
    var pushed = team.prepared("reaction").push();
    assertThat(pushed.accepted()).as(pushed.terminal()).isEqualTo(accepted);
    if (accepted) {
      assertThat(pushed.terminal()).doesNotContain(check);
      assertThat(of(report(team), check)).isEqualTo(new CheckResult(check, "off", 0, List.of()));
    } else {
      assertThat(pushed.terminal()).contains(said);
    }
  }

  @Test
  void looksAgainAtImagesWhoseVerdictsAreFromBefore() throws Exception {
    var team = team();
    var turned = TestImages.turned(64, 48, 9, 3);
    db.sql(
            "insert into datasets.image_check (digest, fault, width, height, dhash) values (?, '', 64, 48, 1)")
        .param(Digest.sha256(turned).toString())
        .update();
    team.soundImages().image("images/phone.jpg", turned, "1", "train");
    assertThat(team.prepared("old verdict").push().terminal()).contains("has EXIF orientation 3");
    assertThat(
            db.sql(
                    "select channels || bits || orientation from datasets.image_check where digest = ?")
                .param(Digest.sha256(turned).toString())
                .query(String.class)
                .single())
        .isEqualTo("RGB83");
  }

  @Test
  void saysThatAnOldVersionHasNoReport() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    var version = datasets.head(team.project(), DIGITS).digest();
    db.sql("delete from datasets.quality_report where project = ?")
        .param(team.project().text())
        .update();
    assertThatThrownBy(() -> datasets.quality(team.project(), DIGITS, version))
        .isInstanceOfSatisfying(
            NoSuchThing.class,
            problem -> assertThat(problem.thing()).isEqualTo("quality report of version"));
  }

  private QualityReport report(Team team) {
    return datasets.quality(team.project(), DIGITS, datasets.head(team.project(), DIGITS).digest());
  }

  private static CheckResult of(QualityReport report, String check) {
    return report.checks().stream()
        .filter(it -> it.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private static String path(String prefix, int number) {
    return "images/%s-%02d.png".formatted(prefix, number);
  }
}
