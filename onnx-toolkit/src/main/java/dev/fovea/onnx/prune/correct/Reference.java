package dev.fovea.onnx.prune.correct;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.prune.KeptChannels;
import dev.fovea.onnx.quantize.calibrate.ChannelSums;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Means and deviations of the whole model's channels, of those that the pruned model has too. */
final class Reference {
  static final SessionSettings SETTINGS = SessionSettings.defaults().with(Optimisation.NONE);

  /** What the sums of 32 bits leave open of a channel's root of the mean square. */
  private static final double ROUNDING = 1e-6;

  /** A deviation that changed more is not the same signal, only quieter or louder. */
  private static final double MOST_RATIO = 4;

  /**
   * A tensor's channels.
   *
   * @param centre near the means, in 32 bits
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Channels(float[] centre, double[] means, double[] variances) {
    Channels only(int[] kept) {
      var less =
          new Channels(new float[kept.length], new double[kept.length], new double[kept.length]);
      for (int i = 0; i < kept.length; i++) {
        less.centre[i] = centre[kept[i]];
        less.means[i] = means[kept[i]];
        less.variances[i] = variances[kept[i]];
      }
      return less;
    }

    /** From sums around a centre. */
    static Channels of(float[] centre, double[] differences, double[] squares) {
      var means = new double[centre.length];
      var variances = new double[centre.length];
      for (int i = 0; i < centre.length; i++) {
        means[i] = centre[i] + differences[i];
        variances[i] = Math.max(0, squares[i] - differences[i] * differences[i]);
      }
      return new Channels(centre, means, variances);
    }
  }

  private final Map<String, Channels> byTensor;

  private Reference(Map<String, Channels> byTensor) {
    this.byTensor = byTensor;
  }

  /** Measures the whole model in two passes: the means, then what is left around them. */
  static Reference of(OnnxModel whole, KeptChannels kept, Examples examples) {
    var sites = new LinkedHashMap<String, Site>();
    Sites.levels(whole.graph()).stream()
        .flatMap(List::stream)
        .forEach(site -> sites.put(site.tensor(), site));
    var sums = ChannelSums.of(whole.graph());
    sites.forEach((tensor, site) -> sums.observe(tensor, tensor, site.axis(), site.channels()));
    try (var session = InferenceSession.open(whole.withGraph(sums.graph()), SETTINGS)) {
      examples.first(session, sums);
    }
    var centres = new HashMap<String, float[]>();
    sums.means().forEach((tensor, means) -> centres.put(tensor, rounded(means)));
    var around = measured(whole, sites, centres, examples);
    var byTensor = new HashMap<String, Channels>();
    around.forEach((tensor, channels) ->
        byTensor.put(tensor, channels.only(kept.of(tensor, channels.centre.length))));
    return new Reference(byTensor);
  }

  /** Whether it has what a site of the pruned model needs. */
  boolean knows(Site site) {
    var channels = byTensor.get(site.tensor());
    return channels != null && channels.centre.length == site.channels();
  }

  /**
   * How far the sites of a level have moved, in one pass.
   *
   * @param deviations whether they count too
   */
  Map<Site, Shift> shifts(
      OnnxModel pruned, List<Site> level, boolean deviations, Examples examples) {
    var byTensor = new LinkedHashMap<String, Site>();
    level.forEach(site -> byTensor.put(site.tensor(), site));
    var centres = new HashMap<String, float[]>();
    byTensor.keySet().forEach(tensor -> centres.put(tensor, expected(tensor).centre));
    var measured = measured(pruned, byTensor, centres, examples);
    var shifts = new LinkedHashMap<Site, Shift>();
    for (var site : level) {
      var shift =
          shift(
              expected(site.tensor()),
              requireNonNull(measured.get(site.tensor())),
              deviations && site.scales());
      shifts.put(site, shift);
    }
    return shifts;
  }

  private Channels expected(String tensor) {
    return requireNonNull(byTensor.get(tensor));
  }

  private static Map<String, Channels> measured(
      OnnxModel model, Map<String, Site> sites, Map<String, float[]> centres, Examples examples) {
    var sums = ChannelSums.of(model.graph());
    sites.forEach((tensor, site) ->
        sums.observeAround(tensor, tensor, site.axis(), requireNonNull(centres.get(tensor))));
    try (var session = InferenceSession.open(model.withGraph(sums.graph()), SETTINGS)) {
      for (var example : examples.usable()) {
        sums.add(sums.run(session, example));
      }
    }
    var differences = sums.means();
    var squares = sums.meanSquares();
    var measured = new HashMap<String, Channels>();
    centres.forEach((tensor, centre) ->
        measured.put(
            tensor,
            Channels.of(
                centre,
                requireNonNull(differences.get(tensor)),
                requireNonNull(squares.get(tensor)))));
    return measured;
  }

  private static Shift shift(Channels expected, Channels measured, boolean deviations) {
    int channels = expected.means.length;
    var means = measured.means.clone();
    var ratios = new double[channels];
    for (int i = 0; i < channels; i++) {
      double size = Math.sqrt(expected.means[i] * expected.means[i] + expected.variances[i]);
      if (Math.abs(means[i] - expected.means[i]) <= ROUNDING * size) {
        means[i] = expected.means[i];
      }
      ratios[i] = deviations ? ratio(measured.variances[i], expected.variances[i]) : 1;
    }
    return new Shift(expected.means, means, ratios);
  }

  private static double ratio(double measured, double expected) {
    if (!(measured > 0 && expected > 0)) {
      return 1;
    }
    double ratio = Math.sqrt(measured / expected);
    return Math.abs(ratio - 1) <= ROUNDING ? 1 : Math.clamp(ratio, 1 / MOST_RATIO, MOST_RATIO);
  }

  private static float[] rounded(double[] means) {
    var floats = new float[means.length];
    for (int i = 0; i < means.length; i++) {
      floats[i] = (float) means[i];
    }
    return floats;
  }
}
