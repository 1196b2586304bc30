package dev.fovea.onnx.prune.correct;

import static dev.fovea.onnx.prune.correct.Reference.SETTINGS;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.prune.NotPrunable;
import dev.fovea.onnx.prune.PrunedModel;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the activations of a pruned model back to the statistics that they had: layer by layer,
 * each measured on the pruned model with all corrections before it, the mean of every channel, and
 * its standard deviation, become those of the whole model on the same examples. A product's bias
 * takes the mean and its weights the deviation (bias correction: Nagel, van Baalen, Blankevoort and
 * Welling 2019, section 4.2); a batch normalisation's statistics take both (Li, Wu, Su and Wang
 * 2020, "EagleEye: Fast Sub-net Evaluation for Efficient Neural Network Pruning").
 *
 * <p>Three models are compared by their outputs on the examples: as pruned, with means corrected,
 * and with deviations too, which in a deep network keeps signals from fading and elsewhere makes
 * what was lost louder. The nearest to the whole model is taken. Memory is that of one example.
 */
public final class ActivationCorrection {
  /** The operator set in which sums have their axes as an input. */
  private static final long LEAST_OPSET = 13;

  /** One for the whole model's means, one for its deviations. */
  private static final int PASSES_OF_REFERENCE = 2;

  /** The whole model, the pruned one and its two corrections. */
  private static final int COMPARED = 4;

  /** Means alone, and deviations too. */
  private static final int WAYS = 2;

  private final PrunedModel pruned;
  private final List<List<Site>> levels;
  private final Reference reference;
  private final Examples examples;

  private ActivationCorrection(
      PrunedModel pruned, List<List<Site>> levels, Reference reference, Examples examples) {
    this.pruned = pruned;
    this.levels = levels;
    this.reference = reference;
    this.examples = examples;
  }

  /** A model with corrections, and at how many layers. */
  private record Way(OnnxModel model, String what, int layers) {}

  /**
   * How many times a model is asked about an example, at most.
   *
   * @param model a float model that is to be pruned
   * @param count how many examples there will be
   */
  public static long inferences(OnnxModel model, long count) {
    long levels = Sites.levels(Preparation.withPlainConstants(model).graph()).size();
    return levels == 0 ? 0 : count * (PASSES_OF_REFERENCE + WAYS * levels + COMPARED);
  }

  /**
   * Corrects one. A model in which nothing has moved, or that is no nearer to the whole one with
   * any correction, stays as it is.
   *
   * @param model the float model that was pruned
   * @param pruned what became of it
   * @param examples inputs by name, one map a batch, iterated anew with every pass; those that the
   *     whole model fails on do not count
   * @throws NotPrunable if there is no example, the model fails on all of them, its operator set is
   *     older than 13, or a corrected constant is not finite
   */
  public static CorrectedModel correct(
      OnnxModel model, PrunedModel pruned, Iterable<Map<String, FloatTensor>> examples) {
    var whole = Preparation.withPlainConstants(model);
    var levels = Sites.levels(pruned.model().graph());
    if (whole.graph().equals(pruned.model().graph()) || levels.isEmpty()) {
      return new CorrectedModel(pruned.model(), Optional.empty());
    }
    requireOpset(whole);
    var inputs = new Examples(examples);
    var reference = Reference.of(whole, pruned.kept(), inputs);
    var correction = new ActivationCorrection(pruned, levels, reference, inputs);
    var means = correction.way("means", false);
    var both = correction.way("means and deviations", true);
    if (means.layers() + both.layers() == 0) {
      return new CorrectedModel(pruned.model(), Optional.empty());
    }
    return correction.nearest(whole, List.of(means, both));
  }

  private static void requireOpset(OnnxModel model) {
    long opset = model.opsets().getOrDefault("", 0L);
    if (opset < LEAST_OPSET) {
      throw new NotPrunable(
          "correction of activations with operator set %d (expected: >= %d)"
              .formatted(opset, LEAST_OPSET),
          "Export the model with opset_version=%d or later.".formatted(LEAST_OPSET));
    }
  }

  private Way way(String what, boolean deviations) {
    var model = pruned.model();
    int layers = 0;
    for (var level : levels) {
      var known = level.stream().filter(reference::knows).toList();
      if (known.isEmpty()) {
        continue;
      }
      for (var entry : reference.shifts(model, known, deviations, examples).entrySet()) {
        if (!entry.getValue().isNone()) {
          model = model.withGraph(entry.getKey().corrected(model.graph(), entry.getValue()));
          layers++;
        }
      }
    }
    return new Way(model, what, layers);
  }

  private CorrectedModel nearest(OnnxModel whole, List<Way> ways) {
    var decibels = decibels(whole, ways);
    double before = decibels.getFirst();
    double best = before;
    var nearest = Optional.<Way>empty();
    for (int i = 0; i < ways.size(); i++) {
      if (decibels.get(i + 1) > best) {
        best = decibels.get(i + 1);
        nearest = Optional.of(ways.get(i));
      }
    }
    if (nearest.isEmpty()) {
      return new CorrectedModel(
          pruned.model(),
          Optional.of(
              "activations not corrected: outputs no nearer on %s".formatted(examples.words())));
    }
    var words =
        String.format(
            Locale.ROOT,
            "%s of %d layers corrected on %s: outputs at %.1f dB instead of %.1f",
            nearest.get().what(),
            nearest.get().layers(),
            examples.words(),
            best,
            before);
    return new CorrectedModel(
        nearest.get().model().withMetadata("fovea.pruning.correction", words), Optional.of(words));
  }

  /** Signal to noise of the pruned model's outputs and of each way's. */
  private List<Double> decibels(OnnxModel whole, List<Way> ways) {
    var models = new ArrayList<OnnxModel>();
    models.add(pruned.model());
    ways.forEach(way -> models.add(way.model()));
    var noise = models.stream().map(_ -> new OutputNoise()).toList();
    var sessions = new ArrayList<InferenceSession>();
    try (var expecting = InferenceSession.open(whole, SETTINGS)) {
      for (var model : models) {
        sessions.add(InferenceSession.open(model, SETTINGS));
      }
      var outputs =
          expecting.outputs().stream()
              .filter(each -> each.type() == DataType.FLOAT)
              .map(TensorSpec::name)
              .toList();
      for (var example :
          outputs.isEmpty() ? List.<Map<String, FloatTensor>>of() : examples.usable()) {
        var expected = expecting.run(example, outputs);
        for (int i = 0; i < sessions.size(); i++) {
          noise.get(i).add(expected, sessions.get(i).run(example, outputs));
        }
      }
    } finally {
      sessions.forEach(InferenceSession::close);
    }
    return noise.stream().map(OutputNoise::decibels).toList();
  }
}
