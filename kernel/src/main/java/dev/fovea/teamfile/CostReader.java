package dev.fovea.teamfile;

import dev.fovea.kernel.Text;
import dev.fovea.teamfile.CostSpec.Operating;
import dev.fovea.teamfile.CostSpec.Price;
import java.util.Optional;

/** Reads what errors come to. */
final class CostReader {
  private static final int MOST_CLASSES = 10_000;
  private static final int MOST_SLICES = 100;
  private static final double DEFAULT_IOU = 0.5;
  private static final int WORD_CHARS = 60;
  private static final int PHRASE_CHARS = 100;

  private CostReader() {}

  static Optional<CostSpec> read(Fields fields) {
    var unit = fields.required("unit", Values.text(WORD_CHARS));
    var units =
        fields.optional("units", unit.map(word -> word + "s").orElse(""), Values.text(WORD_CHARS));
    var items = fields.required("items", Values.integer(1, CostSpec.MOST_ITEMS));
    var bears = fields.optional("bears", 0, Values.integer(0, CostSpec.MOST_ITEMS - 1));
    if (items.isPresent() && bears.isPresent() && bears.get() >= items.get()) {
      fields.wrong(
          "bears",
          "'bears': %d of %d 'items' (expected: fewer, else nothing ever fails)"
              .formatted(bears.get(), items.get()));
      return Optional.empty();
    }
    var slices = fields.mapping("slices", MOST_SLICES, Values.text(PHRASE_CHARS));
    var price = price(fields);
    var at = operating(fields);
    return unit.isEmpty()
            || units.isEmpty()
            || items.isEmpty()
            || bears.isEmpty()
            || slices.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CostSpec(
                unit.get(), units.get(), items.get(), bears.get(), price, slices.get(), at));
  }

  /** Empty where the file says nothing of it, and with a mistake. */
  private static Optional<Operating> operating(Fields fields) {
    if (!fields.has("score")) {
      if (fields.has("iou")) {
        fields.wrong(
            "iou", "'iou' without 'score' (expected: the score from which on a detection counts)");
      }
      return Optional.empty();
    }
    var score = fields.required("score", Values.share(0, 1));
    var iou = fields.optional("iou", DEFAULT_IOU, Values.share(0, 1));
    return score.isEmpty() || iou.isEmpty()
        ? Optional.empty()
        : Optional.of(new Operating(score.get(), iou.get()));
  }

  /** Empty where the file says nothing, and with a mistake. */
  private static Optional<Price> price(Fields fields) {
    boolean priced = fields.has("error") || fields.has("classes");
    if (priced != fields.has("currency")) {
      fields.wrong(
          "currency",
          priced
              ? "'error' or 'classes' without 'currency' (expected: in what they are, such as EUR)"
              : "'currency' without 'error' and 'classes' (expected: what a wrong answer costs)");
      return Optional.empty();
    }
    if (!priced) {
      return Optional.empty();
    }
    var amount = Values.number(0, CostSpec.MOST_PRICE);
    var currency = fields.required("currency", Values.text(WORD_CHARS));
    var error = fields.optional("error", 0.0, amount);
    var classes = fields.mapping("classes", MOST_CLASSES, amount);
    return currency.isEmpty() || error.isEmpty() || classes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Price(currency.get(), error.get(), classes.get()));
  }

  /** Says what of costs does not go with the detector or the classes beside them. */
  static void check(
      Fields fields, CostSpec costs, Optional<DetectorSpec> detector, DatasetSpec dataset) {
    if (fields.has("detector") && costs.at().isEmpty()) {
      fields.wrong(
          "costs",
          "'costs' with 'detector' under release has no 'score' (expected: from which score on a"
              + " detection counts, such as 'score: 0.5')");
    }
    if (!fields.has("detector") && costs.at().isPresent()) {
      fields.wrong(
          "costs",
          "'score' of costs without 'detector' under release (expected: neither 'score' nor 'iou';"
              + " a classifier answers always)");
    }
    detector
        .filter(spec -> costs.at().filter(point -> point.score() < spec.confidence()).isPresent())
        .ifPresent(spec ->
            fields.wrong(
                "costs",
                "'score' of costs is below %s, the 'confidence' of detector, below which detections are dropped (expected: at least that)"
                    .formatted(spec.confidence())));
    costs.price().stream()
        .flatMap(price -> price.classes().keySet().stream())
        .filter(name -> !dataset.classes().isEmpty() && !dataset.classes().contains(name))
        .sorted()
        .findFirst()
        .ifPresent(name ->
            fields.wrong(
                "costs",
                "'classes' of costs names '%s', which is no class of the dataset"
                    .formatted(Text.excerpt(name))));
  }
}
