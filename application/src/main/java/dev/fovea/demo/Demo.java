package dev.fovea.demo;

import dev.fovea.datasets.Datasets;
import dev.fovea.demo.digits.DigitsData;
import dev.fovea.kernel.Caller;
import dev.fovea.pipelines.Releases;
import dev.fovea.registry.Models;
import dev.fovea.roles.RemoteApi;
import dev.fovea.security.SignInLinks;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.Home;
import dev.fovea.server.ServerOptions;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The whole loop on handwritten digits. This class is its table of contents. */
public final class Demo {
  private final Path folder;
  private final int port;
  private final Turns turns;
  private final boolean exit;
  private final Narrator narrator = new Narrator(System.out);

  /**
   * @param folder where everything is kept
   * @param port the port, where it is free
   * @param turns what a person does
   * @param exit whether it leaves at the end
   */
  public Demo(Path folder, int port, Turns turns, boolean exit) {
    this.folder = folder;
    this.port = port;
    this.turns = turns;
    this.exit = exit;
  }

  /** Plays every act, and keeps the pages up unless told to leave. */
  public boolean play() throws Exception {
    narrator.say(
        "fovea · Java %d · PostgreSQL and all data in %s · nothing leaves this machine"
            .formatted(Runtime.version().feature(), folder));
    var home = Home.open(folder);
    try (var server = FoveaServer.start(quiet(home.folder()))) {
      var link = server.address() + server.bean(SignInLinks.class).create(visitor());
      narrator.done("the pages, signed in once", link);
      var owner = new RemoteApi(server.address(), Home.line(home.tokenFile()));
      var stage = Stage.set(server.address(), owner, home.folder().resolve("team"), narrator);
      perform(
          stage,
          new Story(
              DigitsData.bundled(),
              server.bean(ObjectStore.class),
              new Facts(home.folder().resolve("facts"))));
      summarise(stage, server.address() + server.bean(SignInLinks.class).create(visitor()));
      if (!exit) {
        server.awaitClose();
      }
    }
    return true;
  }

  /**
   * Plays every act against a server that runs already, in one process or in many, and leaves.
   *
   * @param owner the server, with a token of its administrator
   * @param objects where that server keeps its objects
   */
  public boolean play(RemoteApi owner, ObjectStore objects) throws Exception {
    narrator.say(
        "fovea · against %s · the team's own files in %s".formatted(owner.address(), folder));
    var home = Home.open(folder);
    var stage = Stage.set(owner.address(), owner, home.folder().resolve("team"), narrator);
    perform(
        stage, new Story(DigitsData.bundled(), objects, new Facts(home.folder().resolve("facts"))));
    summarise(stage, owner.address() + "/login");
    return true;
  }

  private void perform(Stage stage, Story story) throws Exception {
    var halt = new HaltAfter(System.getenv());
    for (var act : acts().entrySet()) {
      act.getValue().play(stage, story);
      halt.after(act.getKey());
    }
  }

  private Map<String, Act> acts() {
    var dataset = new DatasetActs(DigitsData.bundled());
    var models = new ModelActs();
    var rollouts = new RolloutActs(turns.approve());
    var feedback = new FeedbackActs(turns.annotate());
    var acts = new LinkedHashMap<String, Act>();
    acts.put("refused-push", dataset::refusedPush);
    acts.put("accepted-push", dataset::acceptedPush);
    acts.put("refused-model", models::modelThatAGateRefuses);
    acts.put("passed-model", models::modelThatPasses);
    acts.put("first-deployment", rollouts::firstDeployment);
    acts.put("accuracy-before", feedback::accuracyBefore);
    acts.put("worse-model", models::modelThatIsWorse);
    acts.put("rolled-back-canary", rollouts::canaryThatIsRolledBack);
    acts.put("labels", feedback::labels);
    acts.put("retraining", feedback::retraining);
    acts.put("promoted-canary", rollouts::canaryThatIsPromoted);
    acts.put("accuracy-after", feedback::accuracyAfter);
    return acts;
  }

  private void summarise(Stage stage, String link) {
    narrator.say("");
    for (var version :
        stage.engineer().as(Datasets.class).versions(stage.project(), Stage.DATASET).reversed()) {
      narrator.say(
          "  dataset  %s@%d  %s  %,d images"
              .formatted(version.dataset(), version.number(), version.digest(), version.images()));
    }
    for (var model :
        stage.engineer().as(Models.class).versions(stage.project(), Stage.MODEL).reversed()) {
      narrator.say(
          "  model    %s %d  %s  %s"
              .formatted(
                  model.model(),
                  model.number(),
                  model.digest(),
                  String.join(", ", model.aliases())));
    }
    for (var release : stage.engineer().as(Releases.class).releases(stage.project()).reversed()) {
      narrator.say(
          "  release  %s %d  %s  %s"
              .formatted(release.model(), release.number(), release.state(), release.reason()));
    }
    narrator.say("");
    narrator.say("  the pages:  " + link);
    narrator.say(
        "  ask why:    ./fovea why \"digit-reader 4\" --server %s".formatted(stage.address()));
    narrator.say(exit ? "  again:      make demo" : "  stop:       Ctrl-C");
    narrator.say("  remove:     rm -r " + folder);
  }

  /** The server's own log would run into the story; what goes wrong is still told. */
  private ServerOptions quiet(Path home) {
    // Both arms are in this process, which shares its machine with whatever else runs there.
    return ServerOptions.at(home, freePort())
        .with("logging.level.dev.fovea=warn")
        .with("fovea.rollouts.slow-tolerance=50ms");
  }

  private int freePort() {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException taken) {
      narrator.detail("port %d is taken; a free one is used".formatted(port));
      return 0;
    }
  }

  /** Whoever watches the demo: may look at everything, label and decide. */
  private static Caller visitor() {
    return new Caller("you", "*", EnumSet.complementOf(EnumSet.copyOf(Caller.NOT_FOR_TOKENS)));
  }

  /**
   * Kills this process after an act, as if the power had failed: what the test that starts it again
   * needs.
   *
   * @param act the act's name; empty in real life
   */
  private record HaltAfter(Optional<String> act) {
    HaltAfter(Map<String, String> environment) {
      this(Optional.ofNullable(environment.get("FOVEA_DEMO_HALT_AFTER")));
    }

    void after(String name) {
      if (act.filter(name::equals).isPresent()) {
        Runtime.getRuntime().halt(137);
      }
    }
  }
}
