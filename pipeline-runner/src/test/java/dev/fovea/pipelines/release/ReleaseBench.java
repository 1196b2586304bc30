package dev.fovea.pipelines.release;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.artefact.PythonExport;
import dev.fovea.pipelines.fixture.Batch;
import dev.fovea.pipelines.fixture.DyingStore;
import dev.fovea.pipelines.fixture.FakeDatasets;
import dev.fovea.pipelines.fixture.FakeLab;
import dev.fovea.pipelines.fixture.FakeRegistry;
import dev.fovea.pipelines.fixture.FakeRollouts;
import dev.fovea.pipelines.fixture.MemoryJobLauncher;
import dev.fovea.pipelines.fixture.Shades;
import dev.fovea.pipelines.job.Steps;
import dev.fovea.pipelines.launch.HeavyJobs;
import dev.fovea.pipelines.launch.JobLimits;
import dev.fovea.pipelines.launch.JobWatch;
import dev.fovea.pipelines.request.CommitOfBuild;
import dev.fovea.pipelines.request.Requests;
import dev.fovea.pipelines.status.CommitStatuses;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.Models;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole release job on a real database, a real Spring Batch and real ONNX Runtime, with the
 * other services in memory.
 */
final class ReleaseBench implements AutoCloseable {
  static final Name PROJECT = Name.of("parcels");
  static final Name MODEL = Name.of("shade-reader");

  static final String POLICY =
      """
      project: parcels
      datasets:
        shades: {path: data/shades.dvc, format: csv, classes: [dark, light]}
      train:
        refit-head: {epochs: 20, learning-rate: 0.1, l2: 0.001, feedback-weight: 4, seed: 1}
      release:
        model: shade-reader
        dataset: shades
        preprocess: {resize: none, size: [8, 8], colour: grey, scale: 1/255, mean: [0.5], std: [0.5]}
        quantize: {target: ort-x86, calibration: 32}
        parity: 1e-4
        gates:
          - {measure: accuracy, of: int8, at-least: 0.9}
          - {measure: accuracy, of: int8, slice: night, at-least: 0.8}
          - {measure: latency-p99, of: int8, device: local-cpu, at-most: 5ms}
      """;

  /** Evaluations that are not split. */
  static final EvaluateStep.Splitting WHOLE = splitting(1_000, 1_000);

  final Batch batch = new Batch();
  final DyingStore objects = new DyingStore();
  final FakeLab lab = new FakeLab();
  final FakeRollouts rollouts = new FakeRollouts();
  final FakeRegistry registry = new FakeRegistry();
  final FakeDatasets datasets;
  final List<Object> events = new ArrayList<>();
  final List<Digest> queue = new ArrayList<>();
  final List<Digest> ended = new ArrayList<>();
  final List<JobWatch.Watched> watched = new ArrayList<>();
  final MemoryJobLauncher launcher;
  final JobWatch watch;
  final Orders orders;
  final ReleaseStarts starts;
  final ReleaseEvents reactions;
  final ReleaseRunner runner;
  final ReleasesEndpoint endpoint;

  /** With a launcher that no step asks for anything: 150 images are evaluated by this process. */
  ReleaseBench(byte[] model, Optional<byte[]> parity) throws Exception {
    this(model, Format.ONNX, parity, WHOLE, Optional.empty());
  }

  /**
   * @param splitting when evaluations are split
   * @param program what heavy jobs do, in this process; none can run Python where it is empty
   */
  ReleaseBench(
      byte[] model,
      Format format,
      Optional<byte[]> parity,
      EvaluateStep.Splitting splitting,
      Optional<MemoryJobLauncher.Program> program)
      throws Exception {
    launcher =
        new MemoryJobLauncher(
            objects,
            program.isPresent(),
            program.orElse((_, _, _, _) -> {
              throw new AssertionError("no job was expected");
            }));
    var heavy = new HeavyJobs(launcher, objects);
    datasets = new FakeDatasets(Shades.dataset(objects), POLICY);
    var recording =
        parity.isPresent() ? Optional.of(objects.put(parity.get())) : Optional.<Digest>empty();
    registry.register(
        PROJECT,
        new Models.Registration(
            MODEL,
            objects.put(model),
            format,
            Optional.empty(),
            Optional.empty(),
            recording,
            Optional.empty()));
    var json = JsonMapper.builder().build();
    var steps = new OrderSteps(batch.jdbc());
    orders = new Orders(batch.jdbc(), json, steps);
    var artefacts = new Artefacts(batch.jdbc(), objects);
    var board =
        new ReleaseBoard(orders, steps, objects, batch.transactions(), events::add, watched::add);
    watch = new JobWatch(launcher, objects, batch.transactions(), watched::add, queue::add);
    var job =
        new Steps<>(batch.jobs(), batch.transactionManager(), board, board::state)
            .job(
                ReleaseJob.NAME,
                ReleaseJob.of(
                    new ExportStep(
                        new Exports(artefacts, objects),
                        new PythonExport(artefacts, objects, WHOLE.limits()),
                        heavy,
                        objects),
                    new ParityStep(objects),
                    new QuantizeStep(artefacts, objects, lab),
                    new EvaluateStep(artefacts, objects, heavy, splitting),
                    new ProfileStep(lab),
                    new GateStep(lab, objects),
                    new StartRolloutStep(rollouts, objects)));
    var runs = batch.runs(job);
    runner =
        new ReleaseRunner(
            runs, job, orders, lab, batch.transactions(), events::add, queue::add, ended::add);
    starts =
        new ReleaseStarts(
            datasets,
            registry,
            registry,
            objects,
            orders,
            batch.transactions(),
            events::add,
            queue::add);
    reactions =
        new ReleaseEvents(datasets, registry, starts, orders, batch.transactions(), queue::add);
    endpoint =
        new ReleasesEndpoint(
            starts,
            orders,
            new Requests(batch.jdbc(), batch.transactions(), events::add, _ -> {}),
            new CommitOfBuild(registry, registry),
            new RecordedMeasures(runs, orders, lab, objects),
            objects,
            CommitStatuses.toNobody(batch.jdbc()));
    objects.reset();
  }

  static EvaluateStep.Splitting splitting(int inProcess, int imagesInShard) {
    return new EvaluateStep.Splitting(
        inProcess,
        imagesInShard,
        2,
        new JobLimits(new ByteSize(1L << 30), Duration.ofMinutes(1), 1, 2));
  }

  /** Looks at every job that is waited for until none is, as the queue does. */
  void watch() throws Exception {
    for (int i = 0; i < 100 && !watched.isEmpty(); i++) {
      watch.look(watched.removeFirst());
    }
  }

  Release start() {
    return starts.start(PROJECT, new Candidate(MODEL, 1), "erin");
  }

  /**
   * Runs what is queued, as often as it takes to get through; what dies is run again, as the queue
   * does.
   */
  void work() throws Exception {
    for (int i = 0; i < 20 && !queue.isEmpty(); i++) {
      try {
        runner.run(new ReleaseRunner.Due(queue.getFirst()));
        queue.removeFirst();
      } catch (RuntimeException e) {
        if (!String.valueOf(e.getMessage()).contains("tried again")) {
          throw e;
        }
      }
    }
  }

  Release release(Digest digest) {
    return orders.find(PROJECT, digest).orElseThrow();
  }

  @Override
  public void close() {
    batch.close();
  }
}
