package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedSweep;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.pipelines.evaluate.SweepEvaluation;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.teamfile.CostSpec;
import dev.fovea.teamfile.CostSpec.Operating;
import dev.fovea.vision.detection.Detection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An image as costs count it. The answer of a detector is wrong where an object is missed or
 * something is found that is not there; each of those is a mistake, which costs what its class
 * costs.
 *
 * @param wrong whether the answer to it was
 * @param cost what its mistakes cost; 0 without prices
 * @param dearest what one mistake on it costs at most
 */
record Counted(Optional<String> slice, boolean wrong, double cost, double dearest) {
  /**
   * Images at one strength of a fault.
   *
   * @param images by path
   */
  record AtStrength(double strength, List<Counted> images) {}

  /** Absent where the policy does not say what of a detector's answer counts. */
  static Optional<List<Counted>> of(Evaluation evaluation, CostSpec spec) {
    return switch (evaluation) {
      case ClassifiedEvaluation classified ->
          Optional.of(classified.answers().stream().map(answer -> of(answer, spec)).toList());
      case DetectedEvaluation detected ->
          spec.at().map(at -> found(detected.images(), detected.classes(), spec, at));
    };
  }

  /** The same at each strength, rising. */
  static Optional<List<AtStrength>> of(UnderFault evaluation, CostSpec spec) {
    return switch (evaluation) {
      case SweepEvaluation classified ->
          Optional.of(
              classified.at().stream()
                  .map(at ->
                      new AtStrength(
                          at.strength(),
                          at.answers().stream().map(answer -> of(answer, spec)).toList()))
                  .toList());
      case DetectedSweep detected ->
          spec.at()
              .map(at ->
                  detected.strengths().stream()
                      .map(each ->
                          new AtStrength(
                              each.strength(), found(each.images(), detected.classes(), spec, at)))
                      .toList());
    };
  }

  private static Counted of(Scored answer, CostSpec spec) {
    double price = price(spec, answer.label());
    return new Counted(answer.slice(), !answer.right(), answer.right() ? 0 : price, price);
  }

  private static List<Counted> found(
      List<Found> images, List<String> classes, CostSpec spec, Operating at) {
    double dearest = classes.stream().mapToDouble(name -> price(spec, name)).max().orElse(0);
    return images.stream().map(image -> of(image, classes, spec, at, dearest)).toList();
  }

  /**
   * The surest detection first takes the object of its class that it overlaps most, of those that
   * no surer one has.
   */
  private static Counted of(
      Found image, List<String> classes, CostSpec spec, Operating at, double dearest) {
    var objects = image.objects();
    var taken = new boolean[objects.size()];
    var counting =
        image.detections().stream()
            .filter(each -> each.score() >= at.score())
            .sorted(Comparator.comparingDouble(Detection::score).reversed())
            .toList();
    int mistakes = 0;
    double cost = 0;
    for (var detection : counting) {
      int best = best(detection, objects, taken, at.iou());
      if (best < 0) {
        mistakes++;
        cost += price(spec, classes.get(detection.category()));
      } else {
        taken[best] = true;
      }
    }
    for (int i = 0; i < taken.length; i++) {
      if (!taken[i]) {
        mistakes++;
        cost += price(spec, classes.get(objects.get(i).category()));
      }
    }
    return new Counted(image.slice(), mistakes > 0, cost, dearest);
  }

  private static int best(Detection detection, List<Truth> objects, boolean[] taken, double iou) {
    int best = -1;
    double most = 0;
    for (int i = 0; i < taken.length; i++) {
      var object = objects.get(i);
      if (!taken[i] && object.category() == detection.category()) {
        double overlap = overlap(detection, object);
        if (overlap >= iou && overlap > most) {
          best = i;
          most = overlap;
        }
      }
    }
    return best;
  }

  private static double overlap(Detection a, Truth b) {
    double width = Math.min(a.x2(), b.x2()) - Math.max(a.x1(), b.x1());
    double height = Math.min(a.y2(), b.y2()) - Math.max(a.y1(), b.y1());
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double both = width * height;
    double union =
        (a.x2() - a.x1()) * (a.y2() - a.y1()) + (b.x2() - b.x1()) * (b.y2() - b.y1()) - both;
    return union > 0 ? both / union : 0;
  }

  private static double price(CostSpec spec, String label) {
    return spec.price().map(price -> price.of(label)).orElse(0.0);
  }
}
