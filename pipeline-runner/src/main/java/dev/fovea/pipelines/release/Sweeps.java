package dev.fovea.pipelines.release;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Artefacts.Recipe;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedSweep;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.JudgedImages;
import dev.fovea.pipelines.evaluate.SweepEvaluation;
import dev.fovea.pipelines.evaluate.SweptImages;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Sweep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Evaluates variants under the faults that rules name, in this process: a rule is about a thousand
 * images at most. Part by part, each kept before the next begins, so that one part at most is lost
 * and rules that differ in their limit share everything.
 */
final class Sweeps {
  private static final int IMAGES_IN_A_PART = 50;
  private static final int TILED_IN_A_PART = 6;

  /** A detection is 160 bytes of JSON at most. */
  private static final int DETECTIONS_IN_A_PART = 76_800;

  private final Artefacts artefacts;
  private final ObjectStore objects;

  Sweeps(Artefacts artefacts, ObjectStore objects) {
    this.artefacts = artefacts;
    this.objects = objects;
  }

  /** Does the next part; absent where every rule has its evaluation. */
  Optional<Outcome> next(ReleaseState state) throws Exception {
    var gates = state.spec().gates();
    for (int place = 0; place < gates.size(); place++) {
      var sweep = gates.get(place).sweep();
      if (sweep.isPresent() && state.sweep(place).isEmpty()) {
        var going = next(state, gates.get(place), sweep.get());
        if (going.isPresent()) {
          return going;
        }
        state.sweep(
            place, artefacts.find(recipe(state, gates.get(place), sweep.get())).orElseThrow());
      }
    }
    return Optional.empty();
  }

  /** The next part of one rule; absent where its evaluation is there. */
  private Optional<Outcome> next(ReleaseState state, Gate gate, Sweep sweep) throws Exception {
    var recipe = recipe(state, gate, sweep);
    if (artefacts.find(recipe).isPresent()) {
      return Optional.empty();
    }
    var manifest = JudgedImages.read(objects, state.order().dataset(), state.spec());
    var split = manifest.split("test");
    var images = chosen(state, split, gate);
    int together = together(state);
    var parts = new ArrayList<Digest>();
    for (int begin = 0; begin < images.size(); begin += together) {
      int end = Math.min(begin + together, images.size());
      var part = recipe(state, gate, sweep, begin);
      var found = artefacts.find(part);
      if (found.isEmpty()) {
        artefacts.keep(part, answers(state, gate, sweep, manifest, images.subList(begin, end)));
        return Optional.of(
            new Outcome.Going(
                end / (double) images.size(),
                "%s under %s: %d of %d images at %d strengths"
                    .formatted(
                        Order.written(gate.of()),
                        sweep.kind().written(),
                        end,
                        images.size(),
                        sweep.strengths().length)));
      }
      parts.add(found.get());
    }
    artefacts.keep(recipe, evaluation(state, gate, sweep, split, parts).write(objects));
    return Optional.empty();
  }

  private static List<Sample> chosen(ReleaseState state, List<Sample> split, Gate gate) {
    return state
        .spec()
        .detector()
        .map(detector -> DetectedSweep.chosen(split, gate.slice(), detector))
        .orElseGet(() -> SweepEvaluation.chosen(split, gate.slice()));
  }

  /** Of detectors so many that what they find stays bounded, and fewer where each is in tiles. */
  private static int together(ReleaseState state) {
    return state
        .spec()
        .detector()
        .map(detector ->
            Math.clamp(
                DETECTIONS_IN_A_PART / ((Sweep.STRENGTHS + 1) * detector.most()),
                1,
                detector.tiles().isPresent() ? TILED_IN_A_PART : IMAGES_IN_A_PART))
        .orElse(IMAGES_IN_A_PART);
  }

  private UnderFault evaluation(
      ReleaseState state, Gate gate, Sweep sweep, List<Sample> split, List<Digest> parts)
      throws IOException {
    var answers = new ArrayList<SweptImages.Answers>();
    for (var part : parts) {
      answers.add(SweptImages.Answers.read(objects, part));
    }
    return switch (Evaluation.read(objects, state.evaluation(gate.of()))) {
      case ClassifiedEvaluation whole ->
          SweepEvaluation.of(sweep, gate.slice(), split, answers, whole);
      case DetectedEvaluation whole -> DetectedSweep.of(sweep, gate.slice(), split, answers, whole);
    };
  }

  private Digest answers(
      ReleaseState state, Gate gate, Sweep sweep, Manifest manifest, List<Sample> images)
      throws Exception {
    return new SweptImages(
            state.variant(gate.of()),
            manifest.classes(),
            state.spec().preprocess(),
            state.spec().detector(),
            sweep,
            images)
        .answers(objects)
        .write(objects);
  }

  private static Recipe recipe(ReleaseState state, Gate gate, Sweep sweep) {
    return new Recipe(kind(state) + "-1", inputs(state, gate, sweep));
  }

  private static Recipe recipe(ReleaseState state, Gate gate, Sweep sweep, int begin) {
    var inputs = new ArrayList<>(inputs(state, gate, sweep));
    inputs.add("%d %d".formatted(begin, together(state)));
    return new Recipe(kind(state) + "-part-1", inputs);
  }

  private static String kind(ReleaseState state) {
    return state.spec().detector().isPresent() ? "evaluate-detector-under" : "evaluate-under";
  }

  private static List<String> inputs(ReleaseState state, Gate gate, Sweep sweep) {
    var inputs =
        List.of(
            state.variant(gate.of()).toString(),
            state.order().dataset().toString(),
            state.spec().preprocess().digest().toString(),
            sweep.canonical(),
            gate.slice().map(slice -> "slice " + slice).orElse("-"));
    return state
        .spec()
        .detector()
        .map(detector -> Stream.concat(inputs.stream(), Stream.of(detector.canonical())).toList())
        .orElse(inputs);
  }
}
