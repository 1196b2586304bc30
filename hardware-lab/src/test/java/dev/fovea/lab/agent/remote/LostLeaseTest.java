package dev.fovea.lab.agent.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Device;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.lab.ProfileJob.State;
import dev.fovea.lab.agent.ScriptedAgent;
import dev.fovea.lab.agent.TinyModel;
import dev.fovea.lab.remote.LabServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that die, go silent, come back late, or lose their lab. The lease is 1.2 s here. */
class LostLeaseTest {
  @TempDir private static Path folder;
  private static LabServer server;
  private static Digest model;

  @BeforeAll
  static void start() throws Exception {
    server = new LabServer().start();
    model = server.objects().put(TinyModel.bytes());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aJobOfASilentDeviceIsFinishedByItsSiblingAndTheLateResultIsRefused() {
    try (var first = HandAgent.joined(server, "pool-1", "pool", folder.resolve("p1"));
        var second = HandAgent.joined(server, "pool-2", "pool", folder.resolve("p2"))) {
      var job = server.request("silent", "pool", model, 60).id();
      var lost = first.poll().orElseThrow();
      assertThat(second.poll()).as("leased to the first").isEmpty();
      // The first went silent, so nobody does it any more.
      server.await(job, now -> now.state() == State.WAITING);

      var taken = second.poll().orElseThrow();
      assertThat(taken.job()).isEqualTo(job);
      second.handIn(taken);
      assertConflict(() -> first.handIn(lost));
      assertConflict(() -> first.renew(lost));

      var profile = server.lab().job(job).profile().orElseThrow();
      assertThat(profile.device()).isEqualTo(Name.of("pool-2"));
      assertThat(profile.seal().orElseThrow().key()).isEqualTo(second.key.digest());
      assertThat(server.lab().profiles(Name.of("pool-1"))).isEmpty();
      assertThat(server.lab().profiles(Name.of("pool-2"))).containsExactly(profile);
      LabServer.until("the news", () -> server.heard().finished.contains(new ProfileFinished(job)));
      assertThat(first.poll()).as("the first goes on, with nothing to do").isEmpty();
    }
  }

  @Test
  void aJobForOneDeviceWaitsForItsReturn() throws Exception {
    try (var gone = HandAgent.joined(server, "alone", "others", folder.resolve("alone"));
        var other = HandAgent.joined(server, "other", "others", folder.resolve("other"))) {
      var job = server.request("bound", "alone", model, 60).id();
      var before = gone.poll().orElseThrow();
      Thread.sleep(1_400);
      assertThat(other.poll()).isEmpty();
      assertThat(server.lab().job(job).state()).isEqualTo(State.WAITING);
      var after = gone.poll().orElseThrow();
      assertThat(after.fence()).isGreaterThan(before.fence());
      assertConflict(() -> gone.handIn(before));
      gone.handIn(after);
      assertThat(server.lab().job(job).state()).isEqualTo(State.DONE);
    }
  }

  @Test
  void aLateResultThatNobodyElseWasAskedForIsKept() throws Exception {
    try (var slow = HandAgent.joined(server, "slow", "", folder.resolve("slow"))) {
      var job = server.request("late", "slow", model, 60).id();
      var given = slow.poll().orElseThrow();
      Thread.sleep(1_400);
      slow.handIn(given);
      assertThat(server.lab().job(job).state()).isEqualTo(State.DONE);
    }
  }

  @Test
  void aJobThatKillsItsDevicesIsGivenUpAfterThreeTimes() {
    try (var victim = HandAgent.joined(server, "victim", "", folder.resolve("victim"))) {
      var job = server.request("kills", "victim", model, 60).id();
      for (int i = 0; i < 3; i++) {
        assertThat(victim.poll()).isPresent();
      }
      assertThat(victim.poll()).isEmpty();
      assertThat(server.lab().job(job).failure().orElseThrow())
          .contains("died with this job 3 times");
    }
  }

  @Test
  void theSameQuestionAgainGetsTheSameLease() {
    try (var deaf = HandAgent.joined(server, "deaf", "", folder.resolve("deaf"))) {
      server.request("asks", "deaf", model, 60);
      var first = deaf.poll("one question").orElseThrow();
      assertThat(deaf.poll("one question")).as("its answer was lost").contains(first);
      deaf.handIn(first);
    }
  }

  @Test
  void aResultHandedInTwiceIsKeptOnce() {
    try (var twice = HandAgent.joined(server, "twice", "", folder.resolve("twice"))) {
      var job = server.request("twice", "twice", model, 60).id();
      var given = twice.poll().orElseThrow();
      var envelope = twice.signed(twice.statement(given, HandAgent.samples(given)));
      var kept = twice.handIn(job, envelope);
      assertThat(twice.handIn(job, envelope)).isEqualTo(kept);
      LabServer.until("the news", () -> server.heard().finished.contains(new ProfileFinished(job)));
      assertThat(server.heard().finished).containsOnlyOnce(new ProfileFinished(job));
      assertThat(server.lab().profiles(Name.of("twice"))).hasSize(1);
    }
  }

  @Test
  void anAgentThatLosesItsLeaseStopsMeasuringSaysSoAndGoesOn() {
    var interrupted = new boolean[1];
    ScriptedAgent.Act hanging =
        _ -> {
          try {
            Thread.sleep(20_000);
          } catch (InterruptedException e) {
            interrupted[0] = true;
            throw e;
          }
          throw new AssertionError("nobody interrupted it");
        };
    try (var agent =
        RunningAgent.joined(
            server,
            "loses",
            "",
            folder.resolve("loses"),
            (name, _) -> new ScriptedAgent(name, hanging))) {
      var job = server.request("loses", "loses", model, 60).id();
      server.await(job, now -> now.state() == State.RUNNING);
      server
          .jdbc()
          .sql("update lab.device set fence = fence + 1, holder = null where name = 'loses'")
          .update();
      assertThat(server.await(job, now -> now.profile().isPresent()).profile()).isPresent();
      assertThat(interrupted[0]).isTrue();
      assertThat(agent.said("has ended, and its result is not kept")).isTrue();
    }
  }

  @Test
  void aMeasurementOutlivesItsLab() throws Exception {
    var measured = new AtomicInteger();
    var back = new CountDownLatch(1);
    ScriptedAgent.Act slow =
        assignment -> {
          measured.incrementAndGet();
          back.await();
          return ScriptedAgent.taking(0.01).play(assignment);
        };
    try (var own = new LabServer().start()) {
      var stored = own.objects().put(TinyModel.bytes());
      try (var agent =
          RunningAgent.joined(
              own,
              "outlives",
              "",
              folder.resolve("outlives"),
              (name, _) -> new ScriptedAgent(name, slow))) {
        var job = own.request("outlives", "outlives", stored, 60).id();
        own.await(job, now -> now.state() == State.RUNNING);
        own.stop();
        LabServer.until("the agent's word", () -> agent.said("the measurement goes on"));
        own.start();
        back.countDown();
        var profile = own.await(job, now -> now.profile().isPresent()).profile().orElseThrow();
        assertThat(profile.device()).isEqualTo(Name.of("outlives"));
        assertThat(measured).as("measured once").hasValue(1);
      }
    }
  }

  @Test
  void aRemovedDeviceIsToldSoAtItsNextCallAndItsJobGoesToASibling() {
    try (var removed = HandAgent.joined(server, "leaves", "pair", folder.resolve("leaves"));
        var stays = HandAgent.joined(server, "stays", "pair", folder.resolve("stays"))) {
      var job = server.request("removed", "pair", model, 60).id();
      var given = removed.poll().orElseThrow();
      var bound = server.request("removed", "leaves", model, 61).id();
      server.agents().remove(Name.of("leaves"));
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> removed.renew(given), () -> removed.handIn(given), removed::poll)) {
        assertThatThrownBy(call)
            .isInstanceOf(Problem.class)
            .hasMessageContaining("device leaves was removed from the lab");
      }
      assertThat(server.lab().devices()).extracting(Device::name).doesNotContain(removed.device);
      assertThat(server.lab().job(bound).failure().orElseThrow()).contains("leaves was removed");
      stays.handIn(stays.poll().orElseThrow());
      assertThat(server.lab().job(job).profile().orElseThrow().device()).isEqualTo(stays.device);
    }
  }

  private static void assertConflict(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.CONFLICT);
              assertThat(problem.explanation()).contains("has ended, and its result is not kept");
            });
  }
}
