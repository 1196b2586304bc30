package dev.fovea.pipelines.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.PreprocessSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A range of a split for both variants to answer. Ranges put one after the other give what the
 * whole split gives, since an answer depends on its own image alone.
 *
 * @param classes the dataset's, in the order of the model's outputs
 * @param detector how the outputs of detectors are read; absent for classifiers, and left out of
 *     the JSON then
 * @param samples by path
 */
public record Shard(
    Digest fp32,
    Digest int8,
    List<String> classes,
    PreprocessSpec preprocess,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Optional<DetectorSpec> detector,
    List<Sample> samples) {
  public Shard {
    classes = List.copyOf(classes);
    samples = List.copyOf(samples);
  }

  /** The answers to a range, in its order. */
  public record Answers(List<Answer> fp32, List<Answer> int8) {
    public Answers {
      fp32 = List.copyOf(fp32);
      int8 = List.copyOf(int8);
    }
  }

  /** The images from one place to before another. */
  public Shard range(int begin, int end) {
    return with(samples.subList(begin, end));
  }

  /** Without the objects that its images' labels name: a model is asked, not told. */
  Shard asked() {
    return with(samples.stream().map(Shard::asked).toList());
  }

  private static Sample asked(Sample sample) {
    return new Sample(
        sample.path(),
        sample.image(),
        sample.md5(),
        sample.bytes(),
        sample.label(),
        sample.split(),
        sample.slice());
  }

  private Shard with(List<Sample> others) {
    return new Shard(fp32, int8, classes, preprocess, detector, others);
  }

  /** Asks both variants about every image. */
  public Answers answers(ObjectStore objects) throws IOException {
    var pictures = new Pictures(objects, preprocess, detector);
    try (var first = ModelUnderTest.open(objects, fp32, classes, preprocess, detector);
        var second = ModelUnderTest.open(objects, int8, classes, preprocess, detector)) {
      var answersOfFirst = new ArrayList<Answer>();
      var answersOfSecond = new ArrayList<Answer>();
      for (var sample : samples) {
        var picture = pictures.picture(sample);
        answersOfFirst.add(first.answer(sample, picture));
        answersOfSecond.add(second.answer(sample, picture));
      }
      return new Answers(answersOfFirst, answersOfSecond);
    }
  }
}
