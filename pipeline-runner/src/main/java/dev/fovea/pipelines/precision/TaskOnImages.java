package dev.fovea.pipelines.precision;

import dev.fovea.datasets.Sample;
import dev.fovea.onnx.quantize.search.SearchTask;
import dev.fovea.pipelines.evaluate.Answer;
import dev.fovea.pipelines.evaluate.Coco;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.ModelUnderTest;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.pipelines.evaluate.Seen;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import dev.fovea.vision.metrics.bootstrap.ImageIds;
import dev.fovea.vision.metrics.bootstrap.ImageMeasure;
import dev.fovea.vision.metrics.bootstrap.ImageTruths;
import dev.fovea.vision.metrics.bootstrap.Resampled;
import dev.fovea.vision.metrics.detection.ApMeasure;
import dev.fovea.vision.metrics.detection.PrecisionBootstrap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Accuracy of a classifier, or mAP of a detector, on images of the dataset. */
final class TaskOnImages implements SearchTask<TaskOnImages.Told> {
  private static final int RESAMPLES = 1_000;

  private final ReleaseSpec spec;
  private final List<String> classes;
  private final List<Sample> samples;
  private final Pictures pictures;

  /** What a model said to one image, and which. */
  record Told(Sample sample, Answer answer) {}

  TaskOnImages(ObjectStore objects, ReleaseSpec spec, List<String> classes, List<Sample> samples) {
    this.spec = spec;
    this.classes = List.copyOf(classes);
    this.samples = List.copyOf(samples);
    this.pictures = new Pictures(objects, spec.preprocess(), spec.detector());
  }

  @Override
  public int images() {
    return samples.size();
  }

  @Override
  public List<Told> answers(Path model, List<Integer> places) throws IOException {
    var told = new ArrayList<Told>();
    try (var asked = ModelUnderTest.open(model, classes, spec.preprocess(), spec.detector())) {
      for (int place : places) {
        var sample = samples.get(place);
        told.add(new Told(sample, asked.answer(sample, pictures.picture(sample))));
      }
    }
    return told;
  }

  @Override
  public Optional<BootstrapInterval> drop(List<Told> before, List<Told> after, double confidence) {
    if (spec.detector().isEmpty()) {
      return Optional.of(
          new ImageBootstrap(RESAMPLES, confidence, 1)
              .ofDifference(accuracy(after), accuracy(before)));
    }
    var found = found(after);
    // COCO has no mean where there is nothing to find.
    return found.stream().allMatch(image -> image.objects().isEmpty())
        ? Optional.empty()
        : Optional.of(
            new PrecisionBootstrap(RESAMPLES, confidence, 1)
                .ofDifference(Coco.of(found), Coco.of(found(before)), ApMeasure.AP));
  }

  private List<Found> found(List<Told> told) {
    return DetectedEvaluation.found(
        told.stream().map(Told::sample).toList(),
        classes,
        told.stream().map(each -> (Seen) each.answer()).toList());
  }

  private static Resampled accuracy(List<Told> told) {
    var ids = new ImageIds();
    var truths = new long[told.size()];
    var right = new boolean[told.size()];
    for (int i = 0; i < right.length; i++) {
      var scored = (Scored) told.get(i).answer();
      ids.addNew(i, right.length);
      truths[i] = scored.label().hashCode();
      right[i] = scored.right();
    }
    return new ImageMeasure(
        ImageTruths.of(ids, truths), 0, 1, () -> weights -> share(right, weights));
  }

  private static double share(boolean[] right, int[] weights) {
    long sum = 0;
    long all = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += right[i] ? weights[i] : 0;
      all += weights[i];
    }
    return sum / (double) all;
  }
}
