package dev.fovea.pipelines.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.pipelines.JobPrograms;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.fixture.MemoryJobLauncher.Exit;
import dev.fovea.pipelines.fixture.MemoryJobLauncher.Program;
import dev.fovea.pipelines.fixture.Shades;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.pipelines.parity.Recording;
import dev.fovea.registry.ModelVersion.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Releases whose evaluation is split, or whose export needs Python. */
class HeavyStepsTest {
  private static final Path UNSUPPORTED =
      Path.of("src", "test", "resources", "dev", "fovea", "pipelines", "release", "rnn.pt2");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"150, 1", "75, 2", "22, 7", "1, 150"})
  void comesToTheSameEvaluationInHoweverManyShards(int imagesInShard, int shards) throws Exception {
    try (var bench =
        split(imagesInShard, (_, shard, _, inputs) -> evaluate(inputs, "shard-" + shard))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      assertThat(bench.launcher.started()).hasSize(1);
      assertThat(bench.launcher.started().getFirst().shards()).hasSize(shards);
      assertThat(evaluations(bench)).hasSize(2).isEqualTo(Unsplit.EVALUATIONS);
      assertThat(release.verdict()).isEqualTo(Unsplit.RELEASE.verdict());
    }
  }

  /** What the releases in shards are compared to: the same one, made once. */
  private static final class Unsplit {
    static final Release RELEASE;
    static final Set<Digest> EVALUATIONS;

    static {
      try (var bench = new ReleaseBench(Shades.model(0), Optional.of(recording()))) {
        RELEASE = bench.release(run(bench));
        EVALUATIONS = evaluations(bench);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void putsFaultsOnImagesInThisProcessThoughTheEvaluationIsSplit() throws Exception {
    var policy =
        ReleaseBench.POLICY
            + "    - {measure: accuracy-under, sweep: brightness, range: [-20%, 20%], at-least: 0.8}\n";
    Release unsplit;
    try (var bench = new ReleaseBench(Shades.model(0), Optional.of(recording()))) {
      bench.datasets.policy(policy);
      unsplit = bench.release(run(bench));
    }
    try (var bench = split(75, (_, shard, _, inputs) -> evaluate(inputs, "shard-" + shard))) {
      bench.datasets.policy(policy);
      var release = bench.release(run(bench));
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      assertThat(bench.launcher.started()).as("the evaluation alone").hasSize(1);
      assertThat(release.verdict()).isEqualTo(unsplit.verdict());
      assertThat(release.verdict().orElseThrow().rulings()).hasSize(4);
    }
  }

  @Test
  void endsWhileItWaitsForTheShardsAndSaysHowFarTheyAre() throws Exception {
    try (var bench = split(50, (_, shard, _, inputs) -> evaluate(inputs, "shard-" + shard))) {
      var digest = bench.start().digest();
      bench.work();
      assertThat(bench.release(digest).state()).isEqualTo(State.WAITING);
      assertThat(bench.release(digest).reason()).isEqualTo("it waits for a heavy job");
      assertThat(step(bench.release(digest), EvaluateStep.NAME).summary())
          .isEqualTo("waits for the evaluation of both models: 0 of 3 parts");
      assertThat(bench.queue).isEmpty();
      assertThat(bench.watched).hasSize(1);
      bench.watch();
      assertThat(bench.queue).containsExactly(digest);
    }
  }

  @Test
  void startsOneJobThoughTheProcessDiesBetweenTheStartAndTheWait() throws Exception {
    try (var bench = split(50, (_, shard, _, inputs) -> evaluate(inputs, "shard-" + shard))) {
      var digest = bench.start().digest();
      bench.work();
      bench.batch.forgetThatTheLastRunEnded();
      bench.runner.run(new ReleaseRunner.Due(digest));
      bench.watch();
      bench.work();
      assertThat(bench.launcher.started()).hasSize(1);
      assertThat(bench.release(digest).int8()).isPresent();
    }
  }

  @Test
  void refusesAnswersToOtherImagesThanThoseOfTheShard() throws Exception {
    try (var bench =
        split(
            75,
            (_, shard, _, inputs) -> {
              var exit = evaluate(inputs, "shard-" + shard);
              var forged =
                  new String(exit.outputs().get("answers.json"), StandardCharsets.UTF_8)
                      .replace("\"label\":\"dark\"", "\"label\":\"light\"");
              return Exit.of(Map.of("answers.json", forged.getBytes(StandardCharsets.UTF_8)));
            })) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.FAILED);
      assertThat(release.reason()).contains("that are not those of its 150 images");
    }
  }

  @Test
  void failsWithTheLimitThatAJobBrokeAndStartsAnewWhenAskedAgain() throws Exception {
    var memory = new HashSet<Integer>();
    try (var bench =
        split(
            75,
            (_, shard, _, inputs) ->
                memory.add(shard)
                    ? new Exit(JobLauncher.EXIT_MEMORY, "", Map.of())
                    : evaluate(inputs, "shard-" + shard))) {
      var digest = run(bench);
      var release = bench.release(digest);
      assertThat(release.state()).isEqualTo(State.FAILED);
      assertThat(release.reason())
          .contains("the evaluation of both models failed: it wanted more than 1.0 GiB of memory")
          .contains("fovea.pipelines.jobs.memory");
      memory.add(1);
      run(bench);
      assertThat(bench.release(digest).state()).isEqualTo(State.RELEASED);
      assertThat(bench.launcher.started()).hasSize(2);
    }
  }

  @Test
  void exportsInPythonWhatItsOwnExporterCannot() throws Exception {
    try (var bench =
        python((job, _, _, inputs) -> {
          assertThat(job.runtime()).isEqualTo(JobSpec.Runtime.PYTHON);
          assertThat(inputs.get("model.pt2")).isEqualTo(Files.readAllBytes(UNSUPPORTED));
          return exported();
        })) {
      var digest = run(bench);
      var release = bench.release(digest);
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      assertThat(step(release, ExportStep.NAME).summary())
          .startsWith(
              "pt2 to ONNX by PyTorch 2.14.1's dynamo exporter, opset 20, largest difference"
                  + " 1.00e-06");
      bench.datasets.policy(ReleaseBench.POLICY.replace("at-least: 0.9}", "at-least: 0.91}"));
      run(bench);
      assertThat(bench.launcher.started()).as("what was exported is kept").hasSize(1);
    }
  }

  @Test
  void asksForPythonByNameWhereThereIsNone() throws Exception {
    try (var bench =
        new ReleaseBench(
            Files.readAllBytes(UNSUPPORTED),
            Format.PT2,
            Optional.empty(),
            ReleaseBench.WHOLE,
            Optional.empty())) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.FAILED);
      assertThat(release.reason())
          .contains("aten.rnn_tanh.input ×1")
          .contains("fovea.pipelines.python.command");
    }
  }

  @Test
  void repeatsWhyTheExporterRefusesAModel() throws Exception {
    try (var bench =
        python((_, _, _, _) ->
            new Exit(JobLauncher.EXIT_REFUSED, "weights of 'head' are a pickle", Map.of()))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.FAILED);
      assertThat(release.reason())
          .contains("the Python exporter failed: weights of 'head' are a pickle");
    }
  }

  @Test
  void readsWhatTheExporterMadeAsItReadsAnyModel() throws Exception {
    try (var bench =
        python((_, _, _, _) ->
            Exit.of(Map.of("model.onnx", new byte[] {1, 2, 3}, "report.json", report())))) {
      assertThat(bench.release(run(bench)).state()).isEqualTo(State.FAILED);
    }
  }

  private static ReleaseBench split(int imagesInShard, Program program) throws Exception {
    return new ReleaseBench(
        Shades.model(0),
        Format.ONNX,
        Optional.of(recording()),
        ReleaseBench.splitting(10, imagesInShard),
        Optional.of(program));
  }

  private static ReleaseBench python(Program program) throws Exception {
    return new ReleaseBench(
        Files.readAllBytes(UNSUPPORTED),
        Format.PT2,
        Optional.empty(),
        ReleaseBench.WHOLE,
        Optional.of(program));
  }

  private static Exit exported() {
    return Exit.of(Map.of("model.onnx", Shades.model(0), "report.json", report()));
  }

  private static byte[] report() {
    return """
    {"exporter": "dynamo", "opset": 20, "versions": {"torch": "2.14.1"}, "worst": {"relative": 1e-6}}
    """
        .getBytes(StandardCharsets.UTF_8);
  }

  /** What {@code fovea job evaluate} does, between the same two folders. */
  private Exit evaluate(Map<String, byte[]> inputs, String name) throws IOException {
    var in = Files.createDirectories(folder.resolve(name).resolve("in"));
    var out = Files.createDirectories(folder.resolve(name).resolve("out"));
    for (var file : inputs.entrySet()) {
      Files.write(in.resolve(file.getKey()), file.getValue());
    }
    JobPrograms.evaluate(in, out);
    var outputs = new HashMap<String, byte[]>();
    try (var files = Files.list(out)) {
      for (var file : files.toList()) {
        outputs.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return Exit.of(outputs);
  }

  /** Starts and runs a release to its end, through its waits. */
  private static Digest run(ReleaseBench bench) throws Exception {
    var digest = bench.start().digest();
    for (int i = 0; i < 3; i++) {
      bench.work();
      bench.watch();
      bench.work();
      if (bench.release(digest).state() == State.WAITING && !bench.lab.requests().isEmpty()) {
        bench.lab.finish();
        bench.reactions.profiled(
            new ProfileFinished(bench.lab.requests().keySet().iterator().next()));
      }
    }
    return digest;
  }

  /** The evaluations that the lineage names. */
  private static Set<Digest> evaluations(ReleaseBench bench) {
    var found = new HashSet<Digest>();
    for (var event : bench.events) {
      if (event instanceof dev.fovea.kernel.LineageLinked link
          && link.verb().equals("measured on")) {
        found.add(link.to().digest());
      }
    }
    return found;
  }

  private static Release.Step step(Release release, String name) {
    return release.steps().stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** A flat image and what the model answers to it. */
  private static byte[] recording() {
    var input = new float[64];
    Arrays.fill(input, 0.5f);
    return new Recording(
            Map.of("x", FloatTensor.of(input, 1, 1, 8, 8)),
            Map.of(0, FloatTensor.of(Shades.answer(input), 1, 2)))
        .bytes();
  }
}
