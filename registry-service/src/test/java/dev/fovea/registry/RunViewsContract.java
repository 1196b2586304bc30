package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.MetricKeys.Group;
import dev.fovea.registry.MetricKeys.Latest;
import dev.fovea.registry.Run.MetricPoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages are told of runs, in the same process and over HTTP alike. */
abstract class RunViewsContract extends RegistryTest {
  private static final String HOSTILE = "<script>alert('x')</script>";

  final Name project = project();
  Mlflow mlflow;
  RunViews views;

  /** An API as this caller calls it. */
  abstract <A> A api(Caller caller, Class<A> api);

  @BeforeEach
  void signIn() {
    mlflow = mlflow(project);
    views = api(new Caller("ada", project.text(), Set.of(Caller.Role.ENGINEER)), RunViews.class);
  }

  @Test
  void anExcerptHasTheFirstValuesAndSaysHowManyThereAre() {
    var run = mlflow.run("0", "many");
    var longText = "v".repeat(6_000);
    params(run, Map.of("a", "1", "b", longText, "c", "3"));
    log(run, point("x/1", "0.5", 1, 1), point("x/2", "NaN", 1, 1), point("y", "Infinity", 1, 1));
    tag(run, "note", HOSTILE);
    var excerpt = views.newest(project, 10, 2).getFirst();
    assertThat(excerpt.params()).isEqualTo(3);
    assertThat(excerpt.metrics()).isEqualTo(3);
    assertThat(excerpt.run().params())
        .isEqualTo(Map.of("a", "1", "b", longText.substring(0, RunExcerpt.VALUE_CHARS)));
    assertThat(excerpt.run().metrics()).isEqualTo(Map.of("x/1", 0.5, "x/2", Double.NaN));
    assertThat(views.of(project, List.of(run.substring(0, 8)), "", 500).getFirst().run().metrics())
        .as("MLflow's largest number is an infinity")
        .containsEntry("y", Double.POSITIVE_INFINITY);
    assertThat(views.of(project, List.of(run), "", 500).getFirst().run().tags())
        .containsEntry("note", HOSTILE);
  }

  @Test
  void runsComeInTheOrderAskedForWithTheKeysAskedFor() {
    var first = mlflow.run("0", "first");
    var second = mlflow.run("0", "second");
    params(first, Map.of("lr", "0.1", "epochs", "3"));
    log(second, point("LR/now", "0.1", 1, 1), point("loss", "2", 1, 1));
    var found = views.of(project, List.of(second, first, second), "lr", 10);
    assertThat(found).extracting(excerpt -> excerpt.run().id()).containsExactly(second, first);
    assertThat(found.get(0).run().metrics()).containsOnlyKeys("LR/now");
    assertThat(found.get(1).run().params()).containsOnlyKeys("lr");
  }

  @Test
  void keysComeByPageGroupAndText() {
    var run = mlflow.run("0", "keys");
    log(
        run,
        point("train/loss", "1", 1, 1),
        point("val/loss", "2", 1, 5),
        point("val/acc", "3", 1, 5),
        point("lr", "4", 1, 5),
        point("Val_loss", "5", 1, 5));
    var all = views.keys(project, run, "", "", "", 2);
    assertThat(all.total()).isEqualTo(5);
    assertThat(all.matching()).isEqualTo(5);
    assertThat(all.groups())
        .containsExactly(new Group("", 2), new Group("train/", 1), new Group("val/", 2));
    assertThat(all.keys()).extracting(Latest::key).containsExactly("Val_loss", "lr");
    assertThat(views.keys(project, run, "", "", "lr", 10).keys())
        .extracting(Latest::key)
        .containsExactly("train/loss", "val/acc", "val/loss");
    var losses = views.keys(project, run, "", "LOSS", "", 10);
    assertThat(losses.matching()).isEqualTo(3);
    assertThat(losses.keys())
        .extracting(Latest::key)
        .containsExactly("Val_loss", "train/loss", "val/loss");
    assertThat(views.keys(project, run, "val/", "loss", "", 10).keys())
        .extracting(Latest::key)
        .containsExactly("val/loss");
    assertThat(views.keys(project, run, "%", "", "", 10).keys()).as("no pattern").isEmpty();
  }

  @Test
  void aCurveOfFewPointsHasThemAllAndItsSmoothedValues() {
    var run = mlflow.run("0", "few");
    var other = mlflow.run("0", "other");
    log(
        run,
        point("m", "1", 10, 0),
        point("m", "3", 20, 1),
        point("m", "NaN", 30, 2),
        point("m", "-Infinity", 40, 3),
        point("m", "2", 50, 4));
    var curves =
        views.curves(project, "m", List.of(other, run), Long.MIN_VALUE, Long.MAX_VALUE, 240, 0.5);
    assertThat(curves).extracting(Curve::run).containsExactly(other, run);
    assertThat(curves.get(0).drawn()).isEmpty();
    var curve = curves.get(1);
    assertThat(curve.points()).isEqualTo(5);
    assertThat(curve.drawn())
        .extracting(MetricPoint::value)
        .containsExactly(1.0, 3.0, Double.NaN, Double.NEGATIVE_INFINITY, 2.0);
    // (0.5 * 1) / 0.5, then (0.25 * 1 + 0.5 * 3) / 0.75, then (0.125 + 0.75 + 1) / 0.875.
    assertThat(curve.smoothed())
        .usingComparatorForType(near(), Double.class)
        .containsExactly(1.0, 7.0 / 3, 7.0 / 3, 7.0 / 3, 15.0 / 7);
  }

  @Test
  void aLongCurveKeepsItsSpikesAndIsSmoothedByAllItsPoints() {
    var random = new Random(7);
    var values = new ArrayList<Double>();
    IntStream.range(0, 5_000).forEach(i -> values.add(Math.sin(i / 300.0) + random.nextGaussian()));
    values.set(3_210, 500.0);
    var run = mlflow.run("0", "long");
    for (int begin = 0; begin < values.size(); begin += 1_000) {
      log(
          run,
          IntStream.range(begin, begin + 1_000)
              .mapToObj(i -> point("m", values.get(i).toString(), i, i))
              .toArray(Map[]::new));
    }
    var curve =
        views
            .curves(project, "m", List.of(run), Long.MIN_VALUE, Long.MAX_VALUE, 240, 0.9)
            .getFirst();
    assertThat(curve.points()).isEqualTo(5_000);
    assertThat(curve.drawn()).hasSizeBetween(200, 240);
    assertThat(curve.drawn()).extracting(MetricPoint::step).contains(0L, 3_210L, 4_999L);
    assertThat(curve.smoothed()).hasSameSizeAs(curve.drawn());
    for (int i = 0; i < curve.drawn().size(); i++) {
      int step = Math.toIntExact(curve.drawn().get(i).step());
      assertThat(curve.smoothed().get(i))
          .as("step %d, recomputed as the weighted mean that it is", step)
          .isCloseTo(weightedMean(values, step, 0.9), within(1e-9));
    }
    var zoomed = views.curves(project, "m", List.of(run), 3_200, 3_220, 240, 0.9).getFirst();
    assertThat(zoomed.drawn()).hasSize(21);
    assertThat(zoomed.smoothed().getFirst())
        .as("a part is smoothed as the whole")
        .isCloseTo(weightedMean(values, 3_200, 0.9), within(1e-9));
  }

  @Test
  void filesComeByPathWithTheirDigests() {
    var run = mlflow.run("0", "files");
    mlflow.put("0", run, "images/digit%25step%251.png", "png");
    mlflow.put("0", run, "model/MLmodel", "flavors");
    var files = views.files(project, run, "");
    assertThat(files.all()).isEqualTo(2);
    assertThat(files.files())
        .containsExactly(
            new RunFiles.File("images/digit%step%1.png", digest("png"), 3),
            new RunFiles.File("model/MLmodel", digest("flavors"), 7));
    assertThat(views.files(project, run, "model").files()).hasSize(1);
    assertThat(views.files(project, run, "mod").files()).as("a folder's whole name").isEmpty();
  }

  @Test
  void aFolderComesInPartsWithWhatIsBelowEachOfItsFolders() {
    var run = mlflow.run("0", "folders");
    mlflow.put("0", run, "a.txt", "a");
    mlflow.put("0", run, "images/deep/3.png", "three");
    mlflow.put("0", run, "images/1.png", "one");
    mlflow.put("0", run, "images.txt", "text");
    mlflow.put("0", run, "gr%C3%BCn/x", "x");
    var root = views.folder(project, run, "", "", 500);
    assertThat(root.more()).isFalse();
    assertThat(root.entries())
        .containsExactly(
            new RunFolder.Entry("a.txt", 1, 1, Optional.of(digest("a"))),
            new RunFolder.Entry("grün", 1, 1, Optional.empty()),
            new RunFolder.Entry("images.txt", 1, 4, Optional.of(digest("text"))),
            new RunFolder.Entry("images", 2, 8, Optional.empty()));
    var keys = new ArrayList<String>();
    for (var after = ""; ; ) {
      var part = views.folder(project, run, "", after, 1);
      keys.add(part.entries().getFirst().key());
      after = keys.getLast();
      if (!part.more()) {
        break;
      }
    }
    assertThat(keys).containsExactly("a.txt", "grün/", "images.txt", "images/");
    assertThat(views.folder(project, run, "images", "", 500).entries())
        .extracting(RunFolder.Entry::key)
        .containsExactly("1.png", "deep/");
    assertThat(views.folder(project, run, "grün", "", 500).entries()).hasSize(1);
    for (var none :
        List.of("image", "images/", "/", "..", "images/../images", "%", "\0", "IMAGES")) {
      assertThat(views.folder(project, run, none, "", 500).entries()).as(none).isEmpty();
    }
    assertThatThrownBy(() -> views.folder(project, run, "", "", 501))
        .isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> views.folder(project(), run, "", "", 1))
        .isInstanceOf(NoSuchThing.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "model",
        "model/",
        "/model/MLmodel",
        "model//MLmodel",
        "./model/MLmodel",
        "model/../model/MLmodel",
        "../secret.txt",
        "../../../etc/passwd",
        "/etc/passwd",
        "model\\MLmodel",
        "model%2FMLmodel",
        "%2e%2e/secret.txt",
        "MODEL/MLmodel",
        "model/MLmodel\0",
        "model/%"
      })
  void onlyTheVeryPathOfAFileLeadsToIt(String path) {
    var run = mlflow.run("0", "files");
    var other = mlflow.run("0", "other");
    mlflow.put("0", run, "model/MLmodel", "flavors");
    mlflow.put("0", other, "secret.txt", "secret");
    assertThat(views.file(project, run, "model/MLmodel"))
        .isEqualTo(new RunFiles.File("model/MLmodel", digest("flavors"), 7));
    assertThatThrownBy(() -> views.file(project, run, path)).isInstanceOf(NoSuchThing.class);
  }

  @Test
  void nothingOfAnotherProjectIsSeen() {
    var stranger = project();
    var run = mlflow(stranger).run("0", "theirs");
    assertThatThrownBy(() -> views.of(project, List.of(run), "", 1))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> views.keys(project, run, "", "", "", 1))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> views.files(project, run, "")).isInstanceOf(NoSuchThing.class);
    mlflow(stranger)
        .post(
            "runs/log-metric",
            Map.of("run_id", run, "key", "m", "value", 1, "timestamp", 1, "step", 1));
    assertThat(views.curves(project, "m", List.of(run), 0, 9, 240, 0.5).getFirst().drawn())
        .isEmpty();
    mlflow(stranger).put("0", run, "theirs.txt", "x");
    assertThatThrownBy(() -> views.file(project, run, "theirs.txt"))
        .isInstanceOf(NoSuchThing.class);
  }

  @Test
  void questionsHaveBounds() {
    var one = List.of("0".repeat(32));
    for (var question :
        List.<Runnable>of(
            () -> views.newest(project, 501, 1),
            () -> views.newest(project, 1, 501),
            () -> views.of(project, IntStream.range(0, 51).mapToObj(i -> "x" + i).toList(), "", 1),
            () -> views.curves(project, "m", one, 0, 9, 1_001, 0),
            () -> views.curves(project, "m", one, 0, 9, 4, 0),
            () -> views.curves(project, "m", one, 0, 9, 240, 1),
            () -> views.curves(project, "m", one, 0, 9, 240, Double.NaN),
            () -> views.curves(project, "m", one, 9, 0, 240, 0))) {
      assertThatThrownBy(question::run).isInstanceOf(InvalidRequest.class);
    }
  }

  /** What the average is by its definition, with no recursion. */
  private static double weightedMean(List<Double> values, int last, double weight) {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i <= last; i++) {
      double own = Math.pow(weight, last - i);
      sum += own * values.get(i);
      weights += own;
    }
    return sum / weights;
  }

  private static Comparator<Double> near() {
    return (a, b) -> Math.abs(a - b) < 1e-12 ? 0 : Double.compare(a, b);
  }

  private void params(String run, Map<String, String> params) {
    var list = new ArrayList<Map<String, String>>();
    params.forEach((key, value) -> list.add(Map.of("key", key, "value", value)));
    mlflow.ok(mlflow.post("runs/log-batch", Map.of("run_id", run, "params", list)));
  }

  private void tag(String run, String key, String value) {
    mlflow.ok(mlflow.post("runs/set-tag", Map.of("run_id", run, "key", key, "value", value)));
  }

  private void log(String run, Map<?, ?>... points) {
    mlflow.ok(mlflow.post("runs/log-batch", Map.of("run_id", run, "metrics", points)));
  }

  private static Map<String, Object> point(String key, String value, long at, long step) {
    return new HashMap<>(Map.of("key", key, "value", value, "timestamp", at, "step", step));
  }

  private static Digest digest(String content) {
    return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
  }
}
