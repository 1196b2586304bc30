package dev.fovea.pipelines.release;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.Problem;
import dev.fovea.onnx.export.lowering.UnsupportedOperators;
import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.artefact.PythonExport;
import dev.fovea.pipelines.evaluate.JudgedImages;
import dev.fovea.pipelines.evaluate.ModelUnderTest;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.launch.HeavyJobs;
import dev.fovea.pipelines.launch.HeavyJobs.Ran;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;

/**
 * Makes the FP32 model from the registered file, by Fovea's own exporter or else by the one in
 * Python, and checks that it takes the dataset's images and knows its classes.
 */
final class ExportStep implements JobStep<ReleaseState> {
  static final String NAME = "export";

  private final Exports exports;
  private final PythonExport python;
  private final HeavyJobs jobs;
  private final ObjectStore objects;

  ExportStep(Exports exports, PythonExport python, HeavyJobs jobs, ObjectStore objects) {
    this.exports = exports;
    this.python = python;
    this.jobs = jobs;
    this.objects = objects;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome run(ReleaseState state) throws Exception {
    var order = state.order();
    var inPython = python.find(order.modelDigest());
    if (inPython.isPresent()) {
      return done(state, inPython.get(), "by the Python exporter");
    }
    try {
      return done(state, exports.fp32(order.modelDigest(), order.format()), "");
    } catch (UnsupportedOperators | Inconvertible e) {
      return inPython(state, e);
    }
  }

  private Outcome inPython(ReleaseState state, Problem refusal) throws IOException {
    var model = state.order().modelDigest();
    if (!jobs.run(JobSpec.Runtime.PYTHON)) {
      throw new InvalidRequest(
          refusal.explanation(),
          refusal.remedy()
              + " Fovea runs that one itself where fovea.pipelines.python.command names a Python"
              + " with fovea-mlops (docs/configuration.md); 'fovea doctor' says whether it would"
              + " work.");
    }
    var job = python.job(model);
    return switch (jobs.ran(job, "the Python exporter")) {
      case Ran.Waits(var order, var summary) -> {
        state.awaits(order);
        yield new Outcome.Waiting(summary);
      }
      case Ran.Done(var outputs) -> {
        var how = python.summary(outputs.getFirst());
        var outcome = done(state, python.keep(model, outputs.getFirst()), how);
        jobs.finished(job);
        yield outcome;
      }
    };
  }

  private Outcome done(ReleaseState state, Digest fp32, String how) throws IOException {
    var order = state.order();
    var spec = state.spec();
    var classes = JudgedImages.read(objects, order.dataset(), spec).classes();
    ModelUnderTest.open(objects, fp32, classes, spec.preprocess(), spec.detector()).close();
    state.variant(Variant.FP32, fp32);
    return new Outcome.Done(
        "%s to ONNX%s, %s, input %s, %d classes"
            .formatted(
                order.format().name().toLowerCase(Locale.ROOT),
                how.isEmpty() ? "" : " " + how,
                new ByteSize(objects.size(fp32)),
                Pictures.shape(spec.preprocess()),
                classes.size()),
        List.of(
            new LineageLinked(
                order.project(),
                order.modelNode(),
                "exported from",
                order.variantNode(Variant.FP32, fp32),
                Clock.systemUTC().instant())));
  }
}
