package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.Sweep;
import dev.fovea.vision.robustness.Corruption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Images for a model to answer under every strength of a fault. Each is decoded once; the fault is
 * put on the decoded image, before it is preprocessed.
 *
 * @param variant the model file
 * @param classes the dataset's, in the order of the model's outputs
 * @param detector how outputs become detections; absent for a classifier
 */
public record SweptImages(
    Digest variant,
    List<String> classes,
    PreprocessSpec preprocess,
    Optional<DetectorSpec> detector,
    Sweep sweep,
    List<Sample> samples) {
  public SweptImages {
    classes = List.copyOf(classes);
    samples = List.copyOf(samples);
  }

  /** For a classifier. */
  public SweptImages(
      Digest variant,
      List<String> classes,
      PreprocessSpec preprocess,
      Sweep sweep,
      List<Sample> samples) {
    this(variant, classes, preprocess, Optional.empty(), sweep, samples);
  }

  /**
   * What was said to them.
   *
   * @param at for each strength but 0, rising, one answer an image
   */
  public record Answers(List<List<Answer>> at) {
    public Answers {
      at = at.stream().map(List::copyOf).toList();
    }

    /** Reads them from the store. */
    public static Answers read(ObjectStore objects, Digest digest) throws IOException {
      return EvaluationJson.MAPPER.readValue(
          objects.bytes(digest, EvaluationJson.LIMIT_BYTES), Answers.class);
    }

    /** Stores them and answers their digest. */
    public Digest write(ObjectStore objects) throws IOException {
      return objects.put(EvaluationJson.MAPPER.writeValueAsBytes(this));
    }
  }

  /** Asks about every image under every strength but 0. */
  public Answers answers(ObjectStore objects) throws IOException {
    var faults =
        Arrays.stream(sweep.strengths())
            .filter(strength -> strength != 0)
            .mapToObj(strength -> Corruption.of(sweep.kind(), strength))
            .toList();
    var answers = new ArrayList<List<Answer>>();
    faults.forEach(_ -> answers.add(new ArrayList<>()));
    var pictures = new Pictures(objects, preprocess, detector);
    try (var model = ModelUnderTest.open(objects, variant, classes, preprocess, detector)) {
      for (var sample : samples) {
        var frame = pictures.frame(sample);
        for (int i = 0; i < faults.size(); i++) {
          var picture = pictures.picture(faults.get(i).apply(frame));
          answers.get(i).add(model.answer(sample, picture));
        }
      }
    }
    return new Answers(answers);
  }
}
