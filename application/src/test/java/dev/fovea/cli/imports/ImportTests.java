package dev.fovea.cli.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.cli.imports.mlflow.MlflowSource;
import dev.fovea.cli.imports.rest.FakeServer;
import dev.fovea.cli.imports.rest.FakeServer.Reply;
import dev.fovea.cli.imports.rest.Patience;
import dev.fovea.cli.imports.rest.Query;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.transfer.Fovea;
import dev.fovea.cli.imports.transfer.ImportReport;
import dev.fovea.cli.imports.transfer.Importing;
import dev.fovea.cli.imports.wandb.WandbSource;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.Home;
import dev.fovea.server.TestServers;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stock clients wrote, brought into a whole server; each test has a project of its own. */
class ImportTests {
  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(20), 3, Duration.ofMillis(50));

  @TempDir private static Path home;
  @TempDir private Path folder;
  private static FoveaServer server;
  private static final AtomicInteger PROJECTS = new AtomicInteger();
  private final Remarks remarks = new Remarks();
  private Path tracked;
  private String project = "";

  @BeforeAll
  static void start() {
    server = FoveaServer.start(TestServers.at(home));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void unpack() throws IOException {
    tracked = Tracked.in(folder);
    project = "import-" + PROJECTS.incrementAndGet();
  }

  private Rest rest() {
    return new Rest(
        server.address(),
        Map.of(
            "Authorization",
            "Bearer " + Home.line(home.resolve("token")).orElseThrow(),
            "X-MLFLOW-WORKSPACE",
            project),
        SHORT);
  }

  private ImportReport bring(Source source) throws IOException {
    try (source;
        var fovea = new Fovea(rest())) {
      return new Importing(source, fovea, remarks, Progress.NONE, false).run("it");
    }
  }

  private Source mlflow(String text) throws IOException {
    return new MlflowSource(text, "default", List.of(), true).open(Map.of(), SHORT, remarks);
  }

  private Source files() throws IOException {
    return mlflow(tracked.resolve("mlruns").toString());
  }

  private void requireAllOfMlflow(ImportReport report) {
    assertThat(report.faults()).isEmpty();
    assertThat(report.isWhole()).isTrue();
    var here = report.here();
    assertThat(here.experiments()).isEqualTo(3);
    assertThat(here.runs()).isEqualTo(5);
    assertThat(here.parameters()).isEqualTo(105);
    assertThat(here.points()).isEqualTo(700 + 6 + 2 + 1 + 1 + 1);
    assertThat(here.datasets()).isEqualTo(2);
    assertThat(here.loggedModels()).isEqualTo(1);
    assertThat(here.registeredModels()).isEqualTo(2);
    assertThat(here.versions()).isEqualTo(2);
    assertThat(here.aliases()).isEqualTo(2);
    assertThat(here.artifacts()).isGreaterThan(8);
  }

  private void requireNothingNew(ImportReport report) {
    assertThat(report.isWhole()).isTrue();
    assertThat(report.changes()).isZero();
  }

  @Test
  void bringsAFileStoreOnceAndThenNothing() throws IOException {
    requireAllOfMlflow(bring(files()));
    requireNothingNew(bring(files()));

    try (var rest = rest()) {
      var version =
          rest.get(
                  "/api/2.0/mlflow/registered-models/alias",
                  Query.of("name", "digit-reader").and("alias", "champion"))
              .path("model_version");
      assertThat(version.path("version").asString()).isEqualTo("1");
      assertThat(version.path("current_stage").asString()).isEqualTo("Production");
      var third =
          rest.get(
              "/api/2.0/mlflow/model-versions/get",
              Query.of("name", "digit-reader").and("version", "3"));
      assertThat(third.path("model_version").path("source").asString()).startsWith("runs:/");
    }
  }

  @Test
  void bringsADatabaseOnceAndThenNothing() throws IOException {
    var database = "sqlite:///" + tracked.resolve("sql/mlflow.db");

    requireAllOfMlflow(bring(mlflow(database)));
    requireNothingNew(bring(mlflow(database)));
  }

  @Test
  void bringsRunsOfWandbOnceAndThenNothing() throws IOException {
    var wandb = tracked.resolve("runs/wandb");
    var report = bring(WandbSource.open(wandb, true, remarks));

    assertThat(report.faults()).isEmpty();
    assertThat(report.here().runs()).isEqualTo(2);
    assertThat(report.here().points()).isEqualTo(909);
    requireNothingNew(bring(WandbSource.open(wandb, true, remarks)));
  }

  @Test
  void goesOnWhereItWasEnded() throws IOException {
    // Ended at every stage: before each of the calls that the source is asked with.
    for (int calls : new int[] {3, 6, 9, 14, 17}) {
      assertThatThrownBy(() -> bring(dying(files(), calls)))
          .as("after %d calls", calls)
          .hasMessageContaining("pulled the plug");
    }

    requireAllOfMlflow(bring(files()));
    requireNothingNew(bring(files()));
  }

  /** A source that is gone after so many calls. */
  private static Source dying(Source source, int calls) {
    var left = new AtomicInteger(calls);
    return (Source)
        Proxy.newProxyInstance(
            Source.class.getClassLoader(),
            new Class<?>[] {Source.class},
            (_, method, arguments) -> {
              if (!List.of("close", "kind").contains(method.getName())
                  && left.getAndDecrement() == 0) {
                throw new IOException("somebody pulled the plug");
              }
              try {
                return method.invoke(source, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void bringsWhatHasComeSince() throws IOException {
    bring(files());
    try (var all = Files.walk(tracked.resolve("mlruns"))) {
      var loss = all.filter(path -> path.endsWith("metrics/loss")).findFirst().orElseThrow();
      Files.writeString(loss, "1700000999000 0.0625 999\n", StandardOpenOption.APPEND);
      var run = loss.getParent().getParent();
      Files.writeString(run.resolve("tags/new"), "tag");
      Files.writeString(run.resolve("params/new"), "param");
      Files.writeString(run.resolve("artifacts/new"), "file");
    }

    var report = bring(files());

    assertThat(report.faults()).isEmpty();
    assertThat(report.here().points()).isEqualTo(712);
    assertThat(report.here().parameters()).isEqualTo(106);
    assertThat(report.changes()).isEqualTo(4);
    requireNothingNew(bring(files()));
  }

  @Test
  void leavesAModelThatOthersMadeHere() throws IOException {
    try (var rest = rest()) {
      rest.create("/api/2.0/mlflow/registered-models/create", Map.of("name", "digit-reader"));
    }

    var report = bring(files());

    assertThat(report.isWhole()).isFalse();
    assertThat(report.faults())
        .singleElement()
        .asString()
        .contains("model 'digit-reader' is here already and was not imported");
    assertThat(report.here().versions()).isZero();
  }

  @Test
  void leavesAnAliasThatWasMovedHere() throws IOException {
    bring(files());
    try (var rest = rest()) {
      rest.post(
          "/api/2.0/mlflow/registered-models/alias",
          Map.of("name", "digit-reader", "alias", "champion", "version", "3"));
    }

    var report = bring(files());

    assertThat(report.changes()).isZero();
    assertThat(report.faults())
        .singleElement()
        .asString()
        .contains("points to version 3 here and to 1");
  }

  @Test
  void namesAFileOfAnotherSizeThanTheServerSaysAndPathsThatLeaveTheirFolder() throws IOException {
    try (var lying = new FakeServer(ImportTests::lie)) {
      var report = bring(mlflow(lying.address().toString()));

      assertThat(report.isWhole()).isFalse();
      assertThat(report.here().runs()).isEqualTo(1);
      assertThat(report.here().artifacts()).isEqualTo(1);
      assertThat(report.faults())
          .anyMatch(fault ->
              fault.contains("file 'short' of run r1: it ends after 4 bytes (expected: the 99"))
          .anyMatch(fault -> fault.contains("file 'long' of run r1: it has more than 2 bytes"))
          .anyMatch(fault -> fault.contains("'../../etc/passwd' has an empty or dotted segment"))
          .anyMatch(fault ->
              fault.contains(
                  "metric 'loss' of run r1: the server has a value and gives no history"))
          .hasSize(4);
    }
  }

  private static Reply lie(String path, int count) {
    if (path.contains("experiments/search")) {
      return Reply.json("{\"experiments\":[{\"experiment_id\":\"1\",\"name\":\"lies\"}]}");
    }
    if (path.contains("runs/search")) {
      return Reply.json(
          "{\"runs\":[{\"info\":{\"run_id\":\"r1\",\"run_name\":\"x\",\"status\":\"FINISHED\",\"start_time\":1},\"data\":{\"metrics\":[{\"key\":\"loss\",\"value\":1}]}}]}");
    }
    if (path.contains("artifacts/list")) {
      return Reply.json(
          "{\"files\":[{\"path\":\"good\",\"file_size\":4},{\"path\":\"short\",\"file_size\":99},{\"path\":\"long\",\"file_size\":2},{\"path\":\"../../etc/passwd\",\"file_size\":1}]}");
    }
    return path.startsWith("/get-artifact") ? new Reply(200, "byte") : Reply.json("{}");
  }
}
