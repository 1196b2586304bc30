package dev.fovea.onnx.quantize.search;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import dev.fovea.vision.metrics.bootstrap.ImageIds;
import dev.fovea.vision.metrics.bootstrap.ImageMeasure;
import dev.fovea.vision.metrics.bootstrap.ImageTruths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Classes that the float model itself gives, but for some images that it is told to get wrong. */
final class AgreementTask implements SearchTask<Boolean> {
  private final List<Map<String, FloatTensor>> inputs;
  private final List<Integer> truths = new ArrayList<>();
  private final int resamples;
  long asked;

  AgreementTask(OnnxModel model, List<Map<String, FloatTensor>> inputs) {
    this(model, inputs, 300);
  }

  AgreementTask(OnnxModel model, List<Map<String, FloatTensor>> inputs, int resamples) {
    this.inputs = inputs;
    this.resamples = resamples;
    try (var session = InferenceSession.open(model, SessionSettings.defaults())) {
      for (int i = 0; i < inputs.size(); i++) {
        int answer = answer(session, inputs.get(i));
        truths.add(i % 11 == 10 ? -1 : answer);
      }
    }
  }

  @Override
  public int images() {
    return inputs.size();
  }

  @Override
  public List<Boolean> answers(Path model, List<Integer> places) {
    asked += places.size();
    try (var session = InferenceSession.open(model, SessionSettings.defaults())) {
      return places.stream()
          .map(place -> answer(session, inputs.get(place)) == truths.get(place))
          .toList();
    }
  }

  @Override
  public Optional<BootstrapInterval> drop(
      List<Boolean> before, List<Boolean> after, double confidence) {
    return Optional.of(
        new ImageBootstrap(resamples, confidence, 1)
            .ofDifference(accuracy(after), accuracy(before)));
  }

  /** The drop on all images, asked anew. */
  double wholeDrop(Path before, Path after) {
    var places = new ArrayList<Integer>();
    for (int i = 0; i < inputs.size(); i++) {
      places.add(i);
    }
    return (count(answers(before, places)) - count(answers(after, places)))
        / (double) inputs.size();
  }

  private static long count(List<Boolean> answers) {
    return answers.stream().filter(right -> right).count();
  }

  private static ImageMeasure accuracy(List<Boolean> right) {
    var ids = new ImageIds();
    for (int i = 0; i < right.size(); i++) {
      ids.addNew(i, right.size());
    }
    return new ImageMeasure(
        ImageTruths.of(ids, new long[right.size()]),
        0,
        1,
        () ->
            weights -> {
              double sum = 0;
              double all = 0;
              for (int i = 0; i < weights.length; i++) {
                sum += right.get(i) ? weights[i] : 0;
                all += weights[i];
              }
              return sum / all;
            });
  }

  private static int answer(InferenceSession session, Map<String, FloatTensor> input) {
    var values = requireNonNull(session.run(input).get("y")).data();
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
