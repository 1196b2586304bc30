package dev.fovea.demo;

import dev.fovea.demo.digits.DigitsData;
import dev.fovea.demo.digits.LabelledImage;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Release;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the acts hand to one another: the pictures, and the figures that the summary tells. */
final class Story {
  private static final long STREAM_SEED = 7;
  private final List<LabelledImage> stream;
  private final HeldOut heldOut;
  private final Map<Digest, Integer> truth = new HashMap<>();
  private final Facts facts;

  Story(DigitsData digits, ObjectStore objects, Facts facts) {
    this.stream = digits.productionStream(STREAM_SEED, DigitsData.STREAM_DIGITS);
    this.heldOut = new HeldOut(objects, digits.productionTest(DigitsData.HELD_OUT_DIGITS));
    this.facts = facts;
    stream.forEach(picture -> truth.put(Digest.sha256(picture.png()), picture.label()));
  }

  /** What production's cameras see. */
  List<LabelledImage> stream() {
    return stream;
  }

  /** Pictures of the same cameras that nothing is ever trained on. */
  HeldOut heldOut() {
    return heldOut;
  }

  /** The known truth of a production picture: what lets a demo answer for the annotator. */
  int truthOf(Digest image) {
    var label = truth.get(image);
    if (label == null) {
      throw new IllegalStateException("no picture of the stream is " + image);
    }
    return label;
  }

  /** A figure measured once; kept, so that a demo that goes on tells the same. */
  double measured(String name, Measurement measurement) throws IOException, InterruptedException {
    var known = facts.read(name);
    if (known.isPresent()) {
      return known.get();
    }
    var value = measurement.measure();
    facts.write(name, value);
    return value;
  }

  /** What the summary says about a release. */
  static String figures(Release release) {
    return release.steps().stream()
        .filter(step -> step.name().equals("evaluate") || step.name().equals("profile"))
        .map(Release.Step::summary)
        .reduce((a, b) -> a + " · " + b)
        .orElse(release.reason());
  }

  /** Something that is measured against the running server. */
  interface Measurement {
    double measure() throws IOException, InterruptedException;
  }
}
