package dev.fovea.pipelines.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.Name;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.fixture.DyingStore.Died;
import dev.fovea.pipelines.fixture.Shades;
import dev.fovea.pipelines.parity.Recording;
import dev.fovea.registry.ModelNotTrusted;
import dev.fovea.registry.ModelVersionRegistered;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.RolloutEnded;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReleaseJobTest {
  @Test
  void takesARegisteredModelToTheStartOfItsRollout() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.of(recording(0)))) {
      var started = bench.start();
      assertThat(started.state()).isEqualTo(State.RUNNING);
      bench.work();
      var waiting = bench.release(started.digest());
      assertThat(waiting.state()).isEqualTo(State.WAITING);
      assertThat(step(waiting, "profile").state()).isEqualTo("waiting");
      assertThat(step(waiting, "profile").summary()).contains("waits for 2 of 2 profiles");

      bench.lab.finish();
      bench.reactions.profiled(
          new ProfileFinished(bench.lab.requests().keySet().iterator().next()));
      bench.work();

      var done = bench.release(started.digest());
      assertThat(done.state()).as(done.reason()).isEqualTo(State.RELEASED);
      assertThat(done.steps())
          .extracting(Release.Step::name)
          .containsExactlyElementsOf(ReleaseJob.STEPS);
      assertThat(done.steps())
          .allMatch(step -> step.state().equals("done") && step.progress() == 1);
      assertThat(step(done, "parity").summary())
          .startsWith("4 recorded examples, largest difference");
      assertThat(step(done, "evaluate").summary())
          .startsWith("150 test images: fp32 100.00 % right");
      assertThat(done.verdict().orElseThrow().rulings())
          .hasSize(3)
          .allMatch(r -> r.outcome() == Outcome.PASS);
      assertThat(done.reason()).isEqualTo("3 of 3 rules passed");
      assertThat(bench.ended).as("told once that it ended").containsExactly(started.digest());

      var plan = bench.rollouts.plans().get(started.digest());
      assertThat(plan.variant()).isEqualTo(done.int8().orElseThrow());
      assertThat(plan.classes()).isEqualTo(Shades.CLASSES);
      assertThat(plan.requestedBy()).isEqualTo("erin");
      assertThat(bench.objects.size(done.int8().orElseThrow())).isPositive();
    }
  }

  @Test
  void drawsTheLineageOfEverythingThatItMade() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      var digest = run(bench);
      var verbs =
          links(bench).map(link -> link.from().kind() + " " + link.verb() + " " + link.to().kind());
      assertThat(verbs)
          .contains(
              "MODEL_VERSION exported from VARIANT",
              "VARIANT quantized from VARIANT",
              "VARIANT taken of EVALUATION",
              "DATASET_VERSION measured on EVALUATION",
              "EVALUATION judged by RELEASE",
              "PROFILE judged by RELEASE",
              "MODEL_VERSION released from RELEASE",
              "DATASET_VERSION judged on RELEASE",
              "COMMIT under the policy of RELEASE");
      assertThat(
              links(bench)
                  .filter(link -> link.to().label().equals("shade-reader 1 int8"))
                  .map(link -> link.to().digest()))
          .containsOnly(bench.release(digest).int8().orElseThrow());
    }
  }

  @Test
  void endsWithTheSameDigestsWhereverItDiesAndDoesNothingTwice() throws Exception {
    Release clean;
    int objects;
    try (var bench = new ReleaseBench(Shades.model(0), Optional.of(recording(0)))) {
      clean = bench.release(run(bench));
      objects = bench.objects.written();
    }
    assertThat(objects).as("policy, fp32, int8, two parts, two evaluations, verdict").isEqualTo(8);
    for (int n = 1; n <= objects; n++) {
      try (var bench = new ReleaseBench(Shades.model(0), Optional.of(recording(0)))) {
        bench.objects.dieAfter(n);
        var release = bench.release(run(bench));
        assertThat(release.state())
            .as("died after object %d: %s", n, release.reason())
            .isEqualTo(State.RELEASED);
        assertThat(release.fp32()).isEqualTo(clean.fp32());
        assertThat(release.int8()).isEqualTo(clean.int8());
        assertThat(release.verdict()).isEqualTo(clean.verdict());
        assertThat(release.digest()).isEqualTo(clean.digest());
        assertThat(bench.objects.written())
            .as("only the object after which it died is written again")
            .isEqualTo(objects + 1);
        assertThat(bench.rollouts.plans()).hasSize(1);
        assertThat(bench.lab.requests()).hasSize(2);
      }
    }
  }

  @Test
  void goesOnAfterTheProcessWasKilledMoreThanOnce() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      bench.objects.dieAfter(3);
      var digest = bench.start().digest();
      assertThatThrownBy(() -> bench.runner.run(new ReleaseRunner.Due(digest)))
          .hasMessageContaining("died after object 3");
      bench.batch.forgetThatTheLastRunEnded();
      bench.objects.dieAfter(bench.objects.written() + 2);
      assertThatThrownBy(() -> bench.runner.run(new ReleaseRunner.Due(digest)))
          .hasMessageContaining("died after object 5");
      bench.batch.forgetThatTheLastRunEnded();
      bench.work();
      bench.lab.finish();
      bench.runner.run(new ReleaseRunner.Due(digest));
      assertThat(bench.release(digest).state()).isEqualTo(State.RELEASED);
    }
  }

  @Test
  void isOneReleaseHoweverOftenItIsAskedFor() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      var first = run(bench);
      int objects = bench.objects.written();
      assertThat(bench.start().digest()).isEqualTo(first);
      assertThat(bench.queue).isEmpty();
      bench.runner.run(new ReleaseRunner.Due(first));
      assertThat(bench.objects.written())
          .as("only the policy is written again")
          .isEqualTo(objects + 1);
    }
  }

  @Test
  void doesTheWorkOnceForTwoPoliciesThatDifferInTheirGates() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      var first = run(bench);
      int objects = bench.objects.written();
      bench.datasets.policy(ReleaseBench.POLICY.replace("at-least: 0.9}", "at-least: 0.91}"));
      var second = run(bench);
      assertThat(second).isNotEqualTo(first);
      assertThat(bench.release(second).int8()).isEqualTo(bench.release(first).int8());
      assertThat(bench.objects.written()).as("the policy and the verdict").isEqualTo(objects + 2);
    }
  }

  @Test
  void refusesAModelThatAGateSaysNoToAndShowsTheImages() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(50), Optional.empty())) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.REFUSED);
      assertThat(release.reason()).startsWith("1 of 3 rules passed: accuracy of int8 is 50.00 %");
      assertThat(release.verdict().orElseThrow().rulings().getFirst().frames())
          .hasSize(12)
          .allMatch(f -> f.label().equals("dark"));
      assertThat(step(release, "rollout").state()).isEqualTo("pending");
      assertThat(bench.rollouts.plans()).isEmpty();
    }
  }

  @Test
  void refusesAModelWhoseOutputsDisagreeWithTheRecording() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.of(recording(0.5f)))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.REFUSED);
      assertThat(release.reason())
          .contains("does not repeat its recorded answers: output 'logits'")
          .contains("worst at [");
      assertThat(release.int8()).isEmpty();
    }
  }

  @Test
  void saysThatNothingWasComparedWhereThereIsNoRecording() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      assertThat(step(bench.release(run(bench)), "parity").summary()).startsWith("not compared");
    }
  }

  @Test
  void failsWhenTheLabCannotProfileAndGoesOnThereWhenAskedAgain() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      var digest = bench.start().digest();
      bench.work();
      bench.lab.fail("sample 3 of 1000 took -1.0 ms");
      bench.runner.run(new ReleaseRunner.Due(digest));
      assertThat(bench.release(digest).state()).isEqualTo(State.FAILED);
      assertThat(bench.ended).containsExactly(digest);
      assertThat(bench.release(digest).reason()).contains("sample 3 of 1000 took -1.0 ms");

      int objects = bench.objects.written();
      bench.start();
      bench.work();
      bench.lab.finish();
      bench.runner.run(new ReleaseRunner.Due(digest));
      assertThat(bench.release(digest).state()).isEqualTo(State.RELEASED);
      assertThat(bench.objects.written()).as("the policy and the verdict").isEqualTo(objects + 2);
    }
  }

  @Test
  void rulesThatADeviceIsUnknownInsteadOfWaitingForIt() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      bench.datasets.policy(ReleaseBench.POLICY.replace("local-cpu", "orin-nx"));
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.REFUSED);
      assertThat(release.verdict().orElseThrow().rulings().getLast().outcome())
          .isEqualTo(Outcome.ERROR);
      assertThat(step(release, "profile").summary()).isEqualTo("the lab has no device orin-nx");
    }
  }

  @Test
  void doesNotWaitForAProfileThatFinishedBeforeItWasWrittenDown() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      var digest = bench.start().digest();
      bench.work();
      // The jobs are done, and the events came while nobody listened: the next look must find out.
      bench.lab.finish();
      bench.orders.awaits(digest, List.of());
      bench.runner.run(new ReleaseRunner.Due(digest));
      assertThat(bench.release(digest).state()).isEqualTo(State.RELEASED);
    }
  }

  @Test
  void startsByItselfForTheModelThatTheTeamFileNamesAndForNoOther() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      var digest = Digest.sha256(new byte[] {1});
      bench.reactions.registered(
          new ModelVersionRegistered(
              ReleaseBench.PROJECT, Name.of("other"), 1, digest, Instant.EPOCH));
      assertThat(bench.queue).isEmpty();
      bench.reactions.registered(
          new ModelVersionRegistered(
              ReleaseBench.PROJECT, ReleaseBench.MODEL, 1, digest, Instant.EPOCH));
      assertThat(bench.queue).hasSize(1);
      assertThat(bench.release(bench.queue.getFirst()).requestedBy()).isEqualTo("erin");
      assertThatThrownBy(() ->
              bench.starts.start(ReleaseBench.PROJECT, new Candidate(Name.of("other"), 1), "erin"))
          .isInstanceOf(InvalidRequest.class)
          .hasMessage("fovea.yaml releases the model shade-reader, not other");
    }
  }

  @Test
  void refusesAModelThatIsNotWhatWasSigned() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      bench.registry.alter("file model.pt2 is another than was signed");
      assertThatThrownBy(bench::start)
          .isInstanceOf(ModelNotTrusted.class)
          .hasMessageContaining("file model.pt2 is another than was signed");
      assertThat(bench.queue).isEmpty();
      // By itself it isn't released either; the reason is in the log.
      bench.reactions.registered(
          new ModelVersionRegistered(
              ReleaseBench.PROJECT,
              ReleaseBench.MODEL,
              1,
              Digest.sha256(new byte[] {1}),
              Instant.EPOCH));
      assertThat(bench.queue).isEmpty();
    }
  }

  @Test
  void refusesADatasetOfObjectsBeforeAnythingIsMade() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      bench.datasets.version(Shades.objectDataset(bench.objects));
      assertThatThrownBy(bench::start)
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("holds 2 objects, and 2 of its 2 images have no class as a whole")
          .extracting(e -> ((InvalidRequest) e).remedy())
          .asString()
          .contains("for a detector, write 'detector: {output: yolo-v8}' and gates of map, map50,");
      assertThat(bench.queue).isEmpty();
    }
  }

  @Test
  void pointsTheProductionAliasAtWhatWasPromotedAndSaysHowTheRolloutEnded() throws Exception {
    try (var bench = new ReleaseBench(Shades.model(0), Optional.empty())) {
      var digest = run(bench);
      bench.reactions.rolledOut(ended(digest, Rollout.State.ROLLED_BACK));
      assertThat(bench.registry.aliased(ReleaseBench.PROJECT, ReleaseBench.MODEL, "production"))
          .isEmpty();
      assertThat(bench.release(digest).reason())
          .isEqualTo("its rollout ended as rolled back: because");
      bench.reactions.rolledOut(ended(digest, Rollout.State.PROMOTED));
      assertThat(bench.registry.aliased(ReleaseBench.PROJECT, ReleaseBench.MODEL, "production"))
          .isPresent();
    }
  }

  private static RolloutEnded ended(Digest release, Rollout.State state) {
    return new RolloutEnded(
        ReleaseBench.PROJECT, ReleaseBench.MODEL, 1, release, release, state, "because");
  }

  /** Starts and runs a release to its end, through its wait for the lab. */
  private static Digest run(ReleaseBench bench) throws Exception {
    Release started;
    try {
      started = bench.start();
    } catch (Died _) {
      started = bench.start();
    }
    bench.work();
    if (bench.release(started.digest()).state() == State.WAITING) {
      bench.lab.finish();
      bench.reactions.profiled(
          new ProfileFinished(bench.lab.requests().keySet().iterator().next()));
      bench.work();
    }
    return started.digest();
  }

  private static Stream<LineageLinked> links(ReleaseBench bench) {
    return bench.events.stream()
        .filter(LineageLinked.class::isInstance)
        .map(LineageLinked.class::cast);
  }

  private static Release.Step step(Release release, String name) {
    return release.steps().stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Four flat images and what the model answers to each, give or take an error. */
  private static byte[] recording(float error) {
    var inputs = new float[4 * 64];
    var outputs = new float[4 * 2];
    for (int i = 0; i < 4; i++) {
      Arrays.fill(inputs, i * 64, (i + 1) * 64, -1 + i * 0.5f);
      var answer = Shades.answer(Arrays.copyOfRange(inputs, i * 64, (i + 1) * 64));
      outputs[2 * i] = answer[0] + error;
      outputs[2 * i + 1] = answer[1];
    }
    return new Recording(
            Map.of("x", FloatTensor.of(inputs, 4, 1, 8, 8)),
            Map.of(0, FloatTensor.of(outputs, 4, 2)))
        .bytes();
  }
}
