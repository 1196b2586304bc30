package dev.fovea.demo;

import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Projects;
import dev.fovea.demo.digits.DigitsData;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Release;
import dev.fovea.roles.RemoteApi;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.Home;
import dev.fovea.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Six bad inputs, and the answer that each gets. */
public final class BreakIt {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Digest UNKNOWN =
      Digest.sha256("no such thing".getBytes(StandardCharsets.UTF_8));
  private final Path folder;
  private final Narrator narrator = new Narrator(System.out);
  private final DigitsData digits = DigitsData.bundled();
  private int accepted;

  /**
   * @param folder where the server that is attacked keeps everything
   */
  public BreakIt(Path folder) {
    this.folder = folder;
  }

  /** Tries all six; answers whether each was refused. */
  public boolean play() throws Exception {
    var home = Home.open(folder);
    try (var server = FoveaServer.start(quiet(home))) {
      var owner = new RemoteApi(server.address(), Home.line(home.tokenFile()));
      var stage = Stage.set(server.address(), owner, home.folder().resolve("team"), narrator);
      stage.engineer().as(Projects.class).create(stage.project());
      corruptImage(stage);
      pathThatLeavesTheFolder(stage);
      goodPush(stage);
      model(stage, "unknown-operator", "a .pt2 with an unknown operator");
      model(stage, "disagreeing", "a model whose outputs disagree");
      unknownDigest(stage);
      unauthorisedApproval(stage);
    }
    return accepted == 0;
  }

  /** The answers are shown here; the server's log would say them twice. */
  private static ServerOptions quiet(Home home) {
    return ServerOptions.at(home.folder(), 0)
        .with("logging.level.root=off")
        .with("logging.level.dev.fovea=off");
  }

  private void corruptImage(Stage stage) throws IOException, InterruptedException {
    var copy = new WorkingCopy(stage);
    var data = DatasetActs.checkOut(copy, digits);
    digits.spoil(data);
    new DvcPush(stage).push(copy.data(), DatasetActs.DATA);
    var pushed = copy.commitAndPush("Corrupt an image", 0);
    told("a corrupt image", pushed.accepted(), pushed.terminal());
  }

  private void pathThatLeavesTheFolder(Stage stage) throws IOException, InterruptedException {
    var copy = new WorkingCopy(stage);
    var data = DatasetActs.checkOut(copy, digits);
    var labels = data.resolve("labels.csv");
    Files.writeString(labels, Files.readString(labels) + "../../../../etc/passwd,0,train,day\n");
    new DvcPush(stage).push(copy.data(), DatasetActs.DATA);
    var pushed = copy.commitAndPush("Name a file outside", 1);
    told("a path that leaves the dataset", pushed.accepted(), pushed.terminal());
  }

  private void goodPush(Stage stage) throws IOException, InterruptedException {
    var copy = new WorkingCopy(stage);
    DatasetActs.checkOut(copy, digits);
    new DvcPush(stage).push(copy.data(), DatasetActs.DATA);
    var pushed = copy.commitAndPush("Mend it", 2);
    if (!pushed.accepted()) {
      throw new IllegalStateException("the mended push was refused: " + pushed.terminal());
    }
    Patience.until(
        "the dataset version",
        LIMIT,
        () -> stage.engineer().as(Datasets.class).versions(stage.project(), Stage.DATASET),
        versions -> !versions.isEmpty());
  }

  private void model(Stage stage, String name, String what)
      throws IOException, InterruptedException {
    int number;
    try (var tracker = new Tracker(stage)) {
      var experiment = tracker.experiment("break-it");
      var run = tracker.startRun(experiment, name);
      tracker.log(run, Map.of(), Map.of(), Map.of("loss", List.of(0.1)));
      tracker.artifact(
          experiment, run, "model/model.pt2", ModelActs.bytes("broken/" + name + ".pt2"));
      tracker.artifact(
          experiment,
          run,
          "model/parity.safetensors",
          ModelActs.bytes("broken/" + name + ".safetensors"));
      tracker.finish(run);
      number = tracker.register(Stage.MODEL.text(), run);
    }
    // Asking for a failed release starts it again; it starts by itself, so that looking is enough.
    var release = ModelActs.judged(stage, number);
    told(what, release.state() == Release.State.RELEASED, release.reason());
  }

  private void unknownDigest(Stage stage) {
    attempt(
        "an unknown digest",
        () -> stage.engineer().as(Datasets.class).version(stage.project(), Stage.DATASET, UNKNOWN));
  }

  private void unauthorisedApproval(Stage stage) {
    attempt(
        "an approval by an annotator",
        () ->
            stage
                .annotator()
                .as(Rollouts.class)
                .approve(stage.project(), UNKNOWN, new Rollouts.Decision(UNKNOWN, "let me in")));
  }

  private void attempt(String what, Runnable call) {
    try {
      call.run();
      told(what, true, "");
    } catch (Problem refused) {
      told(what, false, refused.explanation() + "\n" + refused.remedy());
    }
  }

  private void told(String what, boolean wasAccepted, String answer) {
    if (wasAccepted) {
      accepted++;
      narrator.done(what, "ACCEPTED, which is a defect");
    } else {
      narrator.refused(what, "refused");
    }
    narrator.detail(answer);
  }
}
