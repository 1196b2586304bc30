package dev.fovea.pipelines.release;

import dev.fovea.datasets.Manifest;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.evaluate.Classifier;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import java.time.Clock;
import java.util.List;
import java.util.Locale;

/**
 * Makes the FP32 model from the registered file, and checks that it takes the dataset's images and
 * knows its classes.
 */
final class ExportStep implements JobStep<ReleaseState> {
  static final String NAME = "export";

  private final Exports exports;
  private final ObjectStore objects;

  ExportStep(Exports exports, ObjectStore objects) {
    this.exports = exports;
    this.objects = objects;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome run(ReleaseState state) throws Exception {
    var order = state.order();
    var fp32 = exports.fp32(order.modelDigest(), order.format());
    var classes = Manifest.read(objects, order.dataset()).classes();
    var shape = Pictures.shape(state.spec().preprocess());
    Classifier.open(objects, fp32, classes, shape).close();
    state.variant(Variant.FP32, fp32);
    return new Outcome.Done(
        "%s to ONNX, %s, input %s, %d classes"
            .formatted(
                order.format().name().toLowerCase(Locale.ROOT),
                new ByteSize(objects.size(fp32)),
                shape,
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
