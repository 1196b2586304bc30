package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.PreprocessSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of a split for both variants to answer. Ranges put one after the other give what the
 * whole split gives, since an answer depends on its own image alone.
 *
 * @param classes the dataset's, in the order of the model's outputs
 * @param samples by path
 */
public record Shard(
    Digest fp32,
    Digest int8,
    List<String> classes,
    PreprocessSpec preprocess,
    List<Sample> samples) {
  public Shard {
    classes = List.copyOf(classes);
    samples = List.copyOf(samples);
  }

  /** The answers to a range, in its order. */
  public record Answers(List<Scored> fp32, List<Scored> int8) {
    public Answers {
      fp32 = List.copyOf(fp32);
      int8 = List.copyOf(int8);
    }
  }

  /** The images from one place to before another. */
  public Shard range(int begin, int end) {
    return new Shard(fp32, int8, classes, preprocess, samples.subList(begin, end));
  }

  /** Asks both variants about every image. */
  public Answers answers(ObjectStore objects) throws IOException {
    var shape = Pictures.shape(preprocess);
    var pictures = new Pictures(objects, preprocess);
    try (var first = Classifier.open(objects, fp32, classes, shape);
        var second = Classifier.open(objects, int8, classes, shape)) {
      var answersOfFirst = new ArrayList<Scored>();
      var answersOfSecond = new ArrayList<Scored>();
      for (var sample : samples) {
        var input = pictures.tensor(sample);
        answersOfFirst.add(first.answer(sample, input));
        answersOfSecond.add(second.answer(sample, input));
      }
      return new Answers(answersOfFirst, answersOfSecond);
    }
  }
}
