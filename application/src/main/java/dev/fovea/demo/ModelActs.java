package dev.fovea.demo;

import dev.fovea.datasets.Datasets;
import dev.fovea.demo.digits.DigitsData;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.Verdict;
import dev.fovea.registry.Models;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models are trained, registered and held against the policy. */
final class ModelActs {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String EXPERIMENT = "digits";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The first model reads day pictures well and night pictures badly: a gate says no. */
  void modelThatAGateRefuses(Stage stage, Story story) throws Exception {
    register(stage, "reader-v1");
    var release = judged(stage, 1);
    require(stage, release, Release.State.REFUSED);
    stage.narrator().refused("gate → refused", "digit-reader 1 · " + failed(release));
    decidingFrames(stage, release);
  }

  /** The second was shown night pictures too: every gate says yes. */
  void modelThatPasses(Stage stage, Story story) throws Exception {
    register(stage, "reader-v2");
    var release = judged(stage, 2);
    require(stage, release, Release.State.RELEASED);
    stage
        .narrator()
        .done("PyTorch → ONNX → INT8", step(release, "parity") + " · " + step(release, "quantize"));
    stage.narrator().done("gates", Story.figures(release));
  }

  /** The third passes every gate, too; production will tell. */
  void modelThatIsWorse(Stage stage, Story story) throws Exception {
    register(stage, "reader-v3");
    var release = judged(stage, 3);
    require(stage, release, Release.State.RELEASED);
    stage.narrator().done("digit-reader 3 passes every gate", Story.figures(release));
  }

  /** The release of a version, once the gates have spoken. */
  static Release judged(Stage stage, int number) throws InterruptedException {
    var releases = stage.engineer().as(Releases.class);
    var bar = stage.narrator().progress("release of digit-reader " + number, 100);
    return Patience.until(
            "the release of digit-reader " + number,
            LIMIT,
            () -> {
              var release = first(releases.releases(stage.project()), number);
              bar.accept(release.map(ModelActs::progress).orElse(0));
              return release;
            },
            found ->
                found
                    .filter(r ->
                        r.state() != Release.State.RUNNING && r.state() != Release.State.WAITING)
                    .isPresent())
        .orElseThrow();
  }

  /**
   * A registered version is released by itself; a later dataset version may have released it again.
   */
  private static Optional<Release> first(List<Release> newestFirst, int number) {
    return newestFirst.reversed().stream()
        .filter(release -> release.number() == number)
        .findFirst();
  }

  private static int progress(Release release) {
    return (int)
        (100 * release.steps().stream().mapToDouble(Release.Step::progress).average().orElse(0));
  }

  /**
   * Nothing where a release of a version is on its way into production or may yet begin.
   *
   * @throws ReleaseStuck where the gate refused every one, or they broke off
   */
  static void requireOnItsWay(Stage stage, int number) {
    var ofVersion =
        stage.engineer().as(Releases.class).releases(stage.project()).stream()
            .filter(release -> release.model().equals(Stage.MODEL) && release.number() == number)
            .toList();
    ReleaseStuck.in(ofVersion, stage::page)
        .ifPresent(stuck -> {
          throw stuck;
        });
  }

  private static void require(Stage stage, Release release, Release.State wanted) {
    if (release.state() != wanted) {
      throw ReleaseStuck.of(release, stage::page);
    }
  }

  private static String failed(Release release) {
    return release
        .verdict()
        .map(verdict ->
            verdict.rulings().stream()
                .filter(ruling -> ruling.outcome() != Verdict.Outcome.PASS)
                .map(ruling -> "%s · fovea.yaml:%d".formatted(ruling.explanation(), ruling.line()))
                .findFirst()
                .orElse("every rule passed"))
        .orElse(release.reason());
  }

  private static void decidingFrames(Stage stage, Release release) {
    var frames =
        release.verdict().stream()
            .flatMap(v -> v.rulings().stream())
            .flatMap(r -> r.frames().stream())
            .limit(3)
            .toList();
    if (!frames.isEmpty()) {
      stage
          .narrator()
          .detail(
              "decided by "
                  + String.join(
                      ", ",
                      frames.stream()
                          .map(f ->
                              "%s (a %s, read as %s)".formatted(f.path(), f.label(), f.answer()))
                          .toList())
                  + "\n"
                  + stage.page("/releases/" + release.digest().abbreviated()));
    }
  }

  private static String step(Release release, String name) {
    return release.steps().stream()
        .filter(s -> s.name().equals(name))
        .map(Release.Step::summary)
        .findFirst()
        .orElse("");
  }

  void register(Stage stage, String recipe) throws IOException, InterruptedException {
    int number = Integer.parseInt(recipe.substring(recipe.length() - 1));
    var models = stage.engineer().as(Models.class);
    if (models.versions(stage.project(), Stage.MODEL).stream()
        .noneMatch(v -> v.number() == number)) {
      var training = JSON.readTree(bytes("models/" + recipe + ".json"));
      try (var tracker = new Tracker(stage)) {
        var experiment = tracker.experiment(EXPERIMENT);
        var finished = tracker.finishedRun(experiment, recipe);
        var run =
            finished.isPresent()
                ? finished.get()
                : log(stage, tracker, experiment, recipe, training);
        tracker.register(Stage.MODEL.text(), run);
      }
      stage
          .narrator()
          .done(
              "python train.py · run logged",
              "%s · test accuracy %s · recorded beforehand: this machine needs no PyTorch"
                  .formatted(
                      recipe,
                      training
                          .path("history")
                          .path(training.path("history").size() - 1)
                          .path("test_accuracy")
                          .asString("")));
    }
  }

  private static String log(
      Stage stage, Tracker tracker, String experiment, String recipe, JsonNode training)
      throws IOException, InterruptedException {
    var version =
        stage.engineer().as(Datasets.class).versions(stage.project(), Stage.DATASET).getLast();
    var run = tracker.startRun(experiment, recipe);
    var params = new TreeMap<String, String>();
    training
        .path("params")
        .properties()
        .forEach(p -> params.put(p.getKey(), p.getValue().toString().replace("\"", "")));
    var metrics = new HashMap<String, List<Double>>();
    for (var name : List.of("train_loss", "train_accuracy", "test_accuracy")) {
      metrics.put(
          name,
          training
              .path("history")
              .valueStream()
              .map(epoch -> epoch.path(name).asDouble())
              .toList());
    }
    tracker.log(
        run,
        params,
        Map.of(
            "fovea.dataset.version", version.digest().toString(), "mlflow.source.name", "train.py"),
        metrics);
    tracker.logInput(run, Stage.DATASET.text(), version.digest().abbreviated());
    tracker.artifact(experiment, run, "model/model.pt2", bytes("models/" + recipe + ".pt2"));
    tracker.artifact(
        experiment, run, "model/parity.safetensors", bytes("models/" + recipe + ".safetensors"));
    tracker.finish(run);
    return run;
  }

  /** One of the example's files. */
  static byte[] bytes(String resource) throws IOException {
    try (var in = ModelActs.class.getResourceAsStream(DigitsData.RESOURCES + resource)) {
      if (in == null) {
        throw new IOException("the example's %s is not in this build".formatted(resource));
      }
      return in.readAllBytes();
    }
  }
}
