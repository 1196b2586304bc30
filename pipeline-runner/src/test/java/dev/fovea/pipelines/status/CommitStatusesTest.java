package dev.fovea.pipelines.status;

import static dev.fovea.pipelines.status.StatusApplication.ACCURACY;
import static dev.fovea.pipelines.status.StatusApplication.LATENCY;
import static dev.fovea.pipelines.status.StatusApplication.PROJECT;
import static dev.fovea.pipelines.status.StatusApplication.REPOSITORY;
import static dev.fovea.pipelines.status.StatusApplication.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.CommitStatus;
import dev.fovea.pipelines.CommitStatus.Delivery;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.status.FakeGitHub.Reply;
import dev.fovea.roles.queue.Queue;
import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Statuses from the release to a Git host, with every kind of trouble on the way. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class CommitStatusesTest {
  private static final String COMMIT = "c".repeat(40);
  private static final Digest RELEASE = digest("the release");

  @TempDir private Path folder;
  private final DataSource database = TestDatabase.fresh();
  private final FakeGitHub github = new FakeGitHub();
  private ConfigurableApplicationContext context;
  private StatusApplication.Bench bench;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("token"), "ghs_first\n");
    restart();
  }

  private void restart() {
    context =
        StatusApplication.start(
            database,
            "fovea.pipelines.statuses.api=" + github.api(),
            "fovea.pipelines.statuses.token-file=" + folder.resolve("token"),
            "fovea.pipelines.statuses.pages=https://fovea.example",
            "fovea.pipelines.statuses.timeout=2s",
            "fovea.pipelines.statuses.tries=4",
            "fovea.pipelines.statuses.first-retry=100ms",
            "fovea.pipelines.statuses.repositories[0].project=parcels",
            "fovea.pipelines.statuses.repositories[0].name=" + REPOSITORY,
            "fovea.pipelines.statuses.repositories[0].id=4711");
    bench = new StatusApplication.Bench(context);
  }

  @AfterEach
  void close() {
    context.close();
    github.close();
  }

  @Test
  void aCommitHasOneStatusAGatePendingFirstAndThenItsValueAndBound() {
    bench.add(RELEASE, State.RUNNING);
    bench.ask(RELEASE, "Acme/Parcels", COMMIT);
    await().untilAsserted(() -> assertThat(shown()).hasSize(2).containsOnlyKeys(ACCURACY, LATENCY));
    assertThat(shown()).allSatisfy((_, state) -> assertThat(state).isEqualTo("pending"));
    bench.stands(RELEASE, State.REFUSED);
    await().untilAsserted(() -> assertThat(shown()).containsEntry(LATENCY, "success"));
    assertThat(shown()).containsEntry(ACCURACY, "failure");

    assertThat(github.calls())
        .as("each gate once pending and once ruled, in the order of the gates")
        .extracting(call -> call.text("context"))
        .containsExactly(ACCURACY, LATENCY, ACCURACY, LATENCY);
    assertThat(github.calls())
        .allSatisfy(call -> {
          assertThat(call.path()).isEqualTo("POST /repos/acme/parcels/statuses/" + COMMIT);
          assertThat(call.authorization()).isEqualTo("Bearer ghs_first");
          assertThat(call.version()).isEqualTo("2022-11-28");
          assertThat(call.text("target_url"))
              .isEqualTo("https://fovea.example/parcels/releases/" + RELEASE);
        });
    assertThat(github.calls())
        .extracting(call -> call.text("description"))
        .containsExactly(
            "not judged yet (line 14 of fovea.yaml)",
            "not judged yet (line 15 of fovea.yaml)",
            "50.00 % (wanted: at least 90.00 %)",
            "9.421 ms (wanted: at most 12.000 ms)");
    assertThat(told())
        .hasSize(2)
        .allMatch(status -> status.delivery() == Delivery.SENT && status.sent().isPresent());
  }

  @Test
  void onlyTheCommitsThatAskedInTheRepositoryThatIsConfiguredAreTold() {
    bench.add(RELEASE, State.RELEASED);
    bench.ask(RELEASE, "acme/other", COMMIT);
    bench.ask(RELEASE, "evil/parcels", "e".repeat(40));
    bench.ask(RELEASE, "", "");
    var unasked = digest("registered, and asked for by nobody");
    bench.add(unasked, State.RUNNING);
    bench.stands(unasked, State.RELEASED);
    bench.ask(RELEASE, REPOSITORY, "d".repeat(40));
    await().until(() -> github.taken().size() == 2);
    assertThat(github.calls())
        .hasSize(2)
        .allMatch(call -> call.path().endsWith("/acme/parcels/statuses/" + "d".repeat(40)));
  }

  @Test
  void aHostThatIsAwayIsAskedAgainAndNeverToldWhatWasOvertaken() {
    var away = new AtomicInteger(3);
    github.answers(_ -> Reply.of(away.getAndDecrement() > 0 ? 502 : 201));
    bench.add(RELEASE, State.RUNNING);
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    await().until(() -> !github.calls().isEmpty());
    bench.stands(RELEASE, State.RELEASED);
    await()
        .untilAsserted(
            () -> assertThat(shown()).isEqualTo(Map.of(ACCURACY, "success", LATENCY, "success")));
    var states = github.taken().stream().map(call -> call.text("state")).toList();
    assertThat(states.lastIndexOf("pending"))
        .as("%s", states)
        .isLessThan(Math.max(states.indexOf("success"), 1));
    assertThat(github.calls().size()).isLessThanOrEqualTo(3 + 4);
  }

  @Test
  void aCommitFollowsTheReleaseThatWasAskedForLast() {
    bench.add(RELEASE, State.RUNNING);
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    var newer = digest("on more data");
    bench.add(newer, State.RELEASED);
    bench.ask(newer, REPOSITORY, COMMIT);
    await().until(() -> "success".equals(shown().get(ACCURACY)));
    bench.stands(RELEASE, State.REFUSED);
    await().until(() -> queueIsEmpty());
    assertThat(shown()).containsEntry(ACCURACY, "success");
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    await().until(() -> "failure".equals(shown().get(ACCURACY)));
  }

  @Test
  void aWrongTokenIsSaidAndMendedWithoutARestart(CapturedOutput output) throws IOException {
    github.answers(call -> Reply.of(call.authorization().equals("Bearer ghs_second") ? 201 : 401));
    bench.add(RELEASE, State.RELEASED);
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    await().until(() -> told().stream().anyMatch(status -> status.delivery() == Delivery.GIVEN_UP));
    assertThat(told())
        .allSatisfy(status ->
            assertThat(status.outcome())
                .startsWith("127.0.0.1 answered 401: it does not know the token of ")
                .contains("fovea.pipelines.statuses.token-file", "acme/parcels")
                .doesNotContain(folder.toString()));
    assertThat(github.calls()).as("what fails for one is not tried for the others").hasSize(4);
    assertThat(output).contains("answered 401").doesNotContain("ghs_first");
    await().until(() -> audited().size() == 4);
    assertThat(audited())
        .allMatch(act ->
            act.outcome().startsWith("refused: 127.0.0.1 answered 401")
                && act.project().equals(PROJECT.text())
                && act.object().equals(RELEASE.toString()));
    assertThat(audited())
        .as("one act for the log, which knows it by its id")
        .extracting(Audited::id)
        .containsOnly(audited().getFirst().id());

    Files.writeString(folder.resolve("token"), "ghs_second");
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    await().until(() -> shown().size() == 2);
    await().until(() -> told().stream().allMatch(status -> status.outcome().isEmpty()));
  }

  @Test
  void aMissingRightAMissingRepositoryAndAMovedOneAreSaidToo() {
    var answers =
        Map.of(
            403, "may not write statuses of acme/parcels; give it 'Commit statuses: write'",
            404, "there is no acme/parcels for the token of",
            301, "was renamed or moved; correct its name");
    answers.forEach((status, words) -> {
      var release = digest("answered " + status);
      var commit = String.format("%040x", status);
      github.answers(_ -> Reply.of(status));
      bench.add(release, State.RELEASED);
      bench.ask(release, REPOSITORY, commit);
      await()
          .untilAsserted(() ->
              assertThat(context.getBean(CommitStatuses.class).of(release))
                  .hasSize(2)
                  .allMatch(told -> told.outcome().contains(words)));
      await().until(() -> audited().stream().anyMatch(act -> act.outcome().contains(words)));
    });
  }

  @Test
  void aTokenThatIsNotThereIsNotSent() throws IOException {
    Files.delete(folder.resolve("token"));
    bench.add(RELEASE, State.RELEASED);
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    await().until(() -> told().stream().anyMatch(s -> s.outcome().contains("can't be read")));
    Files.writeString(folder.resolve("token"), "two words\n");
    await().until(() -> told().stream().anyMatch(s -> s.outcome().contains("holds no token")));
    assertThat(told()).noneMatch(status -> status.outcome().contains("two words"));
    assertThat(github.calls()).isEmpty();
  }

  @Test
  void whoIsAskedToWaitWaitsWithEverythingOfThisToken() {
    var first = new AtomicInteger(1);
    github.answers(_ ->
        first.getAndDecrement() > 0 ? new Reply(429, Map.of("Retry-After", "3")) : Reply.of(201));
    bench.add(RELEASE, State.RELEASED);
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    await().until(() -> github.calls().size() == 1);
    await().until(() -> told().stream().anyMatch(s -> s.outcome().contains("too many requests")));
    bench.ask(RELEASE, REPOSITORY, "d".repeat(40));
    await().atMost(Duration.ofSeconds(60)).until(() -> github.taken().size() == 4);
    var calls = github.calls();
    assertThat(calls).hasSize(5);
    assertThat(Duration.ofNanos(calls.get(1).nanos() - calls.get(0).nanos()))
        .isGreaterThan(Duration.ofMillis(2_900));
    assertThat(audited()).as("nobody has to mend anything").isEmpty();
  }

  @Test
  void aStatusThatTheHostRefusesIsNotSentTwiceAndTheOthersAre() {
    github.answers(call -> Reply.of(call.text("context").equals(ACCURACY) ? 422 : 201));
    bench.add(RELEASE, State.RELEASED);
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    await().until(() -> shown().containsKey(LATENCY));
    await().until(() -> queueIsEmpty());
    assertThat(github.calls()).hasSize(2);
    assertThat(told())
        .extracting(CommitStatus::delivery)
        .containsExactly(Delivery.REFUSED, Delivery.SENT);
    assertThat(told().getFirst().outcome()).contains("is the commit pushed to acme/parcels?");
  }

  @Test
  void aSilentHostHoldsNoOtherWorkUp() {
    var silence = new CountDownLatch(1);
    github.answers(_ -> {
      silence.await();
      return Reply.of(201);
    });
    var releases = new ArrayList<Digest>();
    for (int i = 0; i < 30; i++) {
      releases.add(digest("silent " + i));
      bench.add(releases.getLast(), State.RELEASED);
      bench.ask(releases.getLast(), REPOSITORY, String.format("%040x", i + 1));
    }
    await().until(() -> github.calls().size() == 4);
    int before = StatusApplication.Counter.count();
    var queue = context.getBean("pipelinesQueue", Queue.class);
    bench.inTransaction(() -> {
      for (int i = 0; i < 20; i++) {
        queue.enqueue(StatusApplication.OTHER, "other-" + i, new StatusApplication.Other(i));
      }
    });
    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> StatusApplication.Counter.count() == before + 20);
    assertThat(github.taken()).as("the host is still silent").isEmpty();
    silence.countDown();
  }

  @Test
  void aProcessThatEndsBetweenLeavesTheRestToTheNext() {
    context.getBean("pipelinesQueue", Queue.class).stop();
    bench.add(RELEASE, State.RELEASED);
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    context.close();
    assertThat(github.calls()).isEmpty();
    restart();
    await().until(() -> shown().size() == 2);
  }

  @Test
  void nothingIsWrittenDownOutsideATransaction() {
    bench.add(RELEASE, State.RELEASED);
    bench.ask(RELEASE, REPOSITORY, COMMIT);
    assertThatThrownBy(() -> context.getBean(CommitStatuses.class).changed(RELEASE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("outside a transaction");
  }

  private Map<String, String> shown() {
    return github.shown(REPOSITORY, COMMIT);
  }

  private List<CommitStatus> told() {
    return context.getBean(CommitStatuses.class).of(RELEASE);
  }

  private List<Audited> audited() {
    return context.getBean(StatusApplication.Log.class).acts();
  }

  private boolean queueIsEmpty() {
    var depth = context.getBean("pipelinesQueue", Queue.class).depth();
    return depth.waiting() + depth.running() == 0;
  }
}
