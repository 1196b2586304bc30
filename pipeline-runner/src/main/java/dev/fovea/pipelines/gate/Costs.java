package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.CostReading;
import dev.fovea.pipelines.CostReading.Line;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.gate.Counted.AtStrength;
import dev.fovea.teamfile.CostSpec;
import dev.fovea.teamfile.CostSpec.Price;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads from what was measured how often a unit of several images fails, and what its wrong answers
 * cost. The share that fails rises with the share of wrong answers, so the ends of one interval
 * give those of the other. A cost to be expected is a mean, which needs no independence; its
 * interval is that of the wrong answers where all cost the same, else a bootstrap over the images.
 */
public final class Costs {
  private static final int MOST_SLICES = 20;
  private static final int NAMED_SLICES = 5;
  private static final ImageBootstrap BOOTSTRAP = new ImageBootstrap(1_000, 0.95, 1);

  private final CostSpec spec;
  private final Evidence evidence;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Costs(CostSpec spec, Evidence evidence) {
    this.spec = spec;
    this.evidence = evidence;
  }

  /** Absent where the policy does not ask for it, or not for what a detector's answer is. */
  public static Optional<CostReading> reading(ReleaseSpec spec, Evidence evidence) {
    return spec.costs()
        .flatMap(costs ->
            Counted.of(evidence.of(Variant.INT8).evaluation(), costs)
                .flatMap(int8 ->
                    Counted.of(evidence.of(Variant.FP32).evaluation(), costs)
                        .map(
                            fp32 -> new Costs(costs, evidence).reading(int8, fp32, spec.gates()))));
  }

  private CostReading reading(List<Counted> int8, List<Counted> fp32, List<Gate> gates) {
    var assumption = CostWords.assumption(spec);
    if (!assumption.isEmpty()) {
      notes.add(assumption);
    }
    spec.at().map(CostWords::operating).ifPresent(notes::add);
    if (int8.size() < Shares.LEAST_IMAGES) {
      notes.add("the test split has " + Shares.tooFewImages(int8.size()));
    } else {
      add("", "test split", Variant.INT8, int8);
      add("", "test split", Variant.FP32, fp32);
      slices(bySlice(int8), bySlice(fp32));
      faults(gates);
    }
    return new CostReading(
        spec.unit(),
        spec.units(),
        spec.items(),
        spec.bears(),
        spec.price().map(Price::currency),
        lines,
        notes);
  }

  private void slices(Map<String, List<Counted>> int8, Map<String, List<Counted>> fp32) {
    int8.entrySet().stream()
        .filter(slice -> slice.getValue().size() >= Shares.LEAST_IMAGES)
        .sorted(bySize().thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_SLICES)
        .sorted(
            Comparator.<Map.Entry<String, List<Counted>>>comparingDouble(
                    slice -> -wrong(slice.getValue()).value())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(slice -> {
          var name = slice.getKey();
          add(where(name), "slice " + name, Variant.INT8, slice.getValue());
          add(where(name), "slice " + name, Variant.FP32, fp32.getOrDefault(name, List.of()));
        });
    note(
        "left out, with fewer than %d images: ".formatted(Shares.LEAST_IMAGES),
        int8.entrySet().stream()
            .filter(slice -> slice.getValue().size() < Shares.LEAST_IMAGES)
            .map(Map.Entry::getKey)
            .toList());
    note(
        "left out beside the %d largest slices: ".formatted(MOST_SLICES),
        int8.entrySet().stream()
            .filter(slice -> slice.getValue().size() >= Shares.LEAST_IMAGES)
            .sorted(bySize().thenComparing(Map.Entry.comparingByKey()))
            .skip(MOST_SLICES)
            .map(Map.Entry::getKey)
            .toList());
    var named = new TreeSet<>(spec.slices().keySet());
    named.removeAll(int8.keySet());
    note("no image of the test split is of ", List.copyOf(named));
  }

  private static Comparator<Map.Entry<String, List<Counted>>> bySize() {
    return Comparator.comparingInt(slice -> -slice.getValue().size());
  }

  private void note(String what, List<String> names) {
    if (!names.isEmpty()) {
      notes.add(
          what
              + names.stream().limit(NAMED_SLICES).collect(Collectors.joining(", "))
              + (names.size() > NAMED_SLICES
                  ? " and %,d more".formatted(names.size() - NAMED_SLICES)
                  : ""));
    }
  }

  /** Each fault once, however many rules set limits for it. */
  private void faults(List<Gate> gates) {
    record Seen(Variant of, String sweep, Optional<String> slice) {}
    var seen = new HashSet<Seen>();
    for (var gate : gates) {
      gate.sweep()
          .filter(sweep -> seen.add(new Seen(gate.of(), sweep.canonical(), gate.slice())))
          .flatMap(_ -> Counted.of(evidence.of(gate), spec))
          .ifPresent(strengths -> fault(gate, strengths));
    }
  }

  private void fault(Gate gate, List<AtStrength> strengths) {
    int images = strengths.getFirst().images().size();
    if (images < Shares.LEAST_IMAGES) {
      return;
    }
    var worst =
        Robustness.worst(
            strengths.stream().mapToDouble(AtStrength::strength).toArray(),
            strengths.stream().map(Costs::right).toList());
    var kind = gate.sweep().orElseThrow().kind();
    var where =
        "under %s of %s%s"
            .formatted(
                kind.written(),
                Curve.shown(worst.strength(), kind.unit()),
                gate.slice().map(slice -> " " + where(slice)).orElse(""));
    var on =
        "test split%s, %,d images, the worst of %d strengths"
            .formatted(
                gate.slice().map(slice -> ", slice " + slice).orElse(""), images, strengths.size());
    var right = worst.estimate();
    var wrong = new Estimate(1 - right.value(), 1 - right.high(), 1 - right.low());
    add(where, on, gate.of(), wrong, strengths.stream().map(AtStrength::images).toList());
  }

  private String where(String slice) {
    return spec.slices().getOrDefault(slice, "on slice " + slice);
  }

  private void add(String where, String on, Variant of, List<Counted> answers) {
    add(
        where,
        "%s, %,d images".formatted(on, answers.size()),
        of,
        wrong(answers),
        List.of(answers));
  }

  /**
   * @param askings about the same images, of which the worst counts
   */
  private void add(
      String where, String on, Variant of, Estimate measured, List<List<Counted>> askings) {
    var wrong = withExactEnds(measured);
    var failing =
        new Bounded(
            Failing.share(wrong.value(), spec.items(), spec.bears()),
            Failing.share(wrong.low(), spec.items(), spec.bears()),
            Failing.share(wrong.high(), spec.items(), spec.bears()));
    var cost = spec.price().map(_ -> cost(wrong, askings));
    lines.add(
        new Line(
            where,
            of,
            on,
            new Bounded(wrong.value(), wrong.low(), wrong.high()),
            failing,
            CostWords.ratio(failing.value()),
            cost,
            CostWords.sentence(spec, of, where, failing, cost)));
  }

  /** Of one unit. */
  private Bounded cost(Estimate wrong, List<List<Counted>> askings) {
    var prices = askings.getFirst().stream().mapToDouble(Counted::dearest).summaryStatistics();
    if (spec.at().isEmpty() && prices.getMin() == prices.getMax()) {
      return scaled(prices.getMax(), wrong);
    }
    var measure =
        new MeanCost(
            askings.stream()
                .map(images -> images.stream().mapToDouble(Counted::cost).toArray())
                .toList());
    if (measure.most() == 0) {
      // No resample has a cost either: there may still be as many dear mistakes as Wilson allows.
      return scaled(prices.getMax(), withExactEnds(Estimate.share(0, askings.getFirst().size())));
    }
    var interval = BOOTSTRAP.of(measure);
    double value = interval.estimate();
    return scaled(
        1, new Estimate(value, Math.min(value, interval.low()), Math.max(value, interval.high())));
  }

  private Bounded scaled(double price, Estimate estimate) {
    double factor = price * spec.items();
    return new Bounded(
        factor * estimate.value(), factor * estimate.low(), factor * estimate.high());
  }

  /** Wilson's ends at 0 and 1 are a rounding away from these; a sentence would show it. */
  private static Estimate withExactEnds(Estimate share) {
    return new Estimate(
        share.value(), share.value() == 0 ? 0 : share.low(), share.value() == 1 ? 1 : share.high());
  }

  private static Estimate wrong(List<Counted> answers) {
    return Estimate.share(answers.stream().filter(Counted::wrong).count(), answers.size());
  }

  private static boolean[] right(AtStrength at) {
    var right = new boolean[at.images().size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = !at.images().get(i).wrong();
    }
    return right;
  }

  private static Map<String, List<Counted>> bySlice(List<Counted> images) {
    return images.stream()
        .filter(answer -> answer.slice().isPresent())
        .collect(
            Collectors.groupingBy(
                answer -> answer.slice().orElseThrow(), TreeMap::new, Collectors.toList()));
  }
}
