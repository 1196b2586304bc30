package dev.fovea.pipelines.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.Name;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.precision.ParityResult;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import dev.fovea.pipelines.Retraining;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.fixture.Batch;
import dev.fovea.pipelines.fixture.DyingStore;
import dev.fovea.pipelines.fixture.FakeDatasets;
import dev.fovea.pipelines.fixture.FakeRegistry;
import dev.fovea.pipelines.fixture.Shades;
import dev.fovea.pipelines.job.Steps;
import dev.fovea.pipelines.parity.Recording;
import dev.fovea.pipelines.parity.Replay;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.Models;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RetrainJobTest {
  private static final Name PROJECT = Name.of("parcels");
  private static final Name MODEL = Name.of("shade-reader");
  private static final String POLICY =
      """
      project: parcels
      datasets:
        shades: {path: data/shades.dvc, format: csv, classes: [dark, light]}
      train:
        refit-head: {epochs: 60, learning-rate: 0.5, l2: 0.0001, feedback-weight: 4, seed: 1}
      release:
        model: shade-reader
        dataset: shades
        preprocess: {resize: none, size: [8, 8], colour: grey, scale: 1/255, mean: [0.5], std: [0.5]}
        quantize: {target: ort-x86, calibration: 32}
        gates:
          - {measure: accuracy, of: int8, at-least: 0.9}
      """;

  private final Batch batch = new Batch();
  private final DyingStore objects = new DyingStore();
  private final FakeRegistry registry = new FakeRegistry();
  private final List<Object> events = new ArrayList<>();
  private final List<Digest> queue = new ArrayList<>();
  private final Trainings trainings = new Trainings(batch.jdbc(), JsonMapper.builder().build());
  private final Digest dataset = dataset();
  private final FakeDatasets datasets = new FakeDatasets(dataset, POLICY);
  private final RetrainStarts starts =
      new RetrainStarts(datasets, registry, objects, trainings, batch.transactions(), queue::add);

  @AfterEach
  void close() {
    batch.close();
  }

  @Test
  void makesAModelVersionThatIsRightWhereTheOldOneWasWrong() throws Exception {
    produce(Shades.model(5));
    starts.committed(committed(Optional.of(dataset)));
    runner().run(new RetrainRunner.Due(queue.getFirst()));

    var retraining = retraining();
    assertThat(retraining.state()).as(retraining.summary()).isEqualTo("done");
    assertThat(retraining.number()).contains(2);
    assertThat(retraining.summary())
        .startsWith("shade-reader 2: 100.00 % of 52 training images right, ")
        .endsWith("4 labelled frames from production");
    var version = registry.version(PROJECT, MODEL, 2);
    assertThat(version.format()).isEqualTo(Format.ONNX);
    assertThat(version.dataset()).contains(dataset);

    var run = registry.runs().get(retraining.digest());
    assertThat(run.metrics().get("loss")).hasSize(61);
    assertThat(run.metrics().get("loss").getLast())
        .isLessThan(run.metrics().get("loss").getFirst() / 10);
    assertThat(run.params()).containsEntry("labelled_frames", "4");
    assertThat(
            events.stream()
                .filter(LineageLinked.class::isInstance)
                .map(e -> ((LineageLinked) e).verb()))
        .as("the registry tells what it was made from, since the registration names it")
        .containsExactly("trained on");
  }

  @Test
  void recordsWhatTheNewModelMustAnswerByItsOwnArithmetic() throws Exception {
    produce(Shades.model(5));
    starts.committed(committed(Optional.of(dataset)));
    runner().run(new RetrainRunner.Due(queue.getFirst()));
    var version = registry.version(PROJECT, MODEL, 2);
    var recording = Recording.read(objects, version.parity().orElseThrow());
    assertThat(recording.examples()).isEqualTo(32);
    try (var local = objects.local(version.digest());
        var session = InferenceSession.open(local.path(), SessionSettings.defaults())) {
      assertThat(Replay.of(recording, session, 1e-5)).isInstanceOf(ParityResult.Agree.class);
    }
    try (var local = objects.local(registry.version(PROJECT, MODEL, 1).digest());
        var old = InferenceSession.open(local.path(), SessionSettings.defaults())) {
      assertThat(Replay.of(recording, old, 1e-2))
          .as("the old model answers otherwise")
          .isInstanceOf(ParityResult.Disagree.class);
    }
  }

  @Test
  void endsWithTheSameModelWhereverItDies() throws Exception {
    produce(Shades.model(5));
    starts.committed(committed(Optional.of(dataset)));
    var runner = runner();
    var due = new RetrainRunner.Due(queue.getFirst());
    // fp32, features, model, recording, fit: dies at the third, then at the last.
    objects.reset();
    objects.dieAfter(3);
    assertThatThrownBy(() -> runner.run(due)).hasMessageContaining("tried again");
    batch.forgetThatTheLastRunEnded();
    objects.dieAfter(objects.written() + 3);
    assertThatThrownBy(() -> runner.run(due)).hasMessageContaining("tried again");
    runner.run(due);
    assertThat(retraining().state()).isEqualTo("done");
    assertThat(registry.versions(PROJECT, MODEL)).hasSize(2);
    assertThat(objects.written())
        .as("fp32 and features once, the fit as often as it was cut off")
        .isEqualTo(2 + 1 + 3 + 3);
  }

  @Test
  void startsForLabelsAloneAndOnlyWithAModelInProduction() throws Exception {
    starts.committed(committed(Optional.of(dataset)));
    assertThat(queue).as("nothing is in production").isEmpty();
    produce(Shades.model(0));
    starts.committed(committed(Optional.empty()));
    assertThat(queue).as("a push").isEmpty();
    starts.committed(committed(Optional.of(dataset)));
    starts.committed(committed(Optional.of(dataset)));
    assertThat(queue).as("the same event twice").hasSize(1);
  }

  @Test
  void saysThatTheFitDivergedInsteadOfRegisteringNonsense() throws Exception {
    datasets.policy(
        POLICY.replace("learning-rate: 0.5, l2: 0.0001", "learning-rate: 100, l2: 1000"));
    produce(Shades.model(5));
    starts.committed(committed(Optional.of(dataset)));
    runner().run(new RetrainRunner.Due(queue.getFirst()));
    assertThat(retraining().state()).isEqualTo("failed");
    assertThat(retraining().summary())
        .contains("the fit diverged")
        .contains("lower train.learning-rate");
    assertThat(registry.versions(PROJECT, MODEL)).hasSize(1);
  }

  @Test
  void refusesAModelWithoutALinearHead() {
    var model = OnnxReader.read(Shades.model(0));
    var nodes = new ArrayList<>(model.graph().nodes());
    nodes.set(3, nodes.get(3).withOutputs(List.of("raw")));
    nodes.add(Node.of("softmax", "Softmax", List.of("raw"), List.of("logits")));
    var g = model.graph();
    var other =
        model.withGraph(
            new Graph(g.name(), nodes, g.initializers(), g.inputs(), g.outputs(), g.valueInfos()));
    assertThatThrownBy(() -> Head.of(other))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("its last operator is Softmax with 1 inputs");
  }

  @Test
  void changesNothingButTheHead() {
    var model = OnnxReader.read(Shades.model(3));
    var head = Head.of(model);
    assertThat(OnnxWriter.bytes(head.with(head.weights()))).isEqualTo(OnnxWriter.bytes(model));
    assertThat(head.classes()).isEqualTo(2);
    assertThat(head.width()).isEqualTo(4);
  }

  private RetrainRunner runner() throws Exception {
    var artefacts = new Artefacts(batch.jdbc(), objects);
    var exports = new Exports(artefacts, objects);
    var board = new RetrainBoard(trainings, objects, batch.transactions(), events::add);
    var job =
        new Steps<>(batch.jobs(), batch.transactionManager(), board, board::state)
            .job(
                "retrain",
                List.of(
                    new FeaturesStep(artefacts, exports, objects),
                    new FitStep(artefacts, exports, objects),
                    new RegisterStep(registry, registry, objects)));
    return new RetrainRunner(batch.runs(job), job, trainings, batch.transactions());
  }

  private void produce(byte[] model) throws Exception {
    var version =
        registry.register(
            PROJECT,
            new Models.Registration(
                MODEL,
                objects.put(model),
                Format.ONNX,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    registry.point(PROJECT, MODEL, "production", new Models.Pointer(version.number()));
  }

  private Retraining retraining() {
    return trainings.newest(PROJECT, 1).getFirst();
  }

  private DatasetCommitted committed(Optional<Digest> batchDigest) {
    return new DatasetCommitted(
        PROJECT,
        Name.of("shades"),
        dataset,
        Optional.empty(),
        FakeDatasets.COMMIT,
        batchDigest,
        Instant.EPOCH);
  }

  @Test
  void endsWithTheReasonWhereTheDatasetHoldsObjects() throws Exception {
    produce(Shades.model(5));
    var boxes = Shades.objectDataset(objects);
    datasets.version(boxes);
    starts.committed(
        new DatasetCommitted(
            PROJECT,
            Name.of("shades"),
            boxes,
            Optional.empty(),
            FakeDatasets.COMMIT,
            Optional.of(boxes),
            Instant.EPOCH));
    runner().run(new RetrainRunner.Due(queue.getFirst()));
    assertThat(retraining().state()).isEqualTo("failed");
    assertThat(retraining().summary())
        .contains("holds 2 objects", "refit-head fits the last layer of classifiers");
  }

  /** With four frames from production. */
  private Digest dataset() {
    try {
      var random = new SplittableRandom(77);
      var frames = new ArrayList<Sample>();
      for (int i = 0; i < 4; i++) {
        var image = objects.put(Shades.png(i % 2 == 0 ? 100 : 150, 20, random));
        frames.add(
            Shades.sample(
                "frames/%d.png".formatted(i),
                image,
                Shades.CLASSES.get(i % 2),
                "train",
                Optional.of("production")));
      }
      return Shades.dataset(objects, frames);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
