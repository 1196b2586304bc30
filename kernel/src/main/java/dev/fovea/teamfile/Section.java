package dev.fovea.teamfile;

import java.util.List;
import java.util.Map;

/**
 * The mappings of {@code fovea.yaml} and the keys of each; {@code fovea.schema.json} has a
 * definition for every one.
 */
enum Section {
  FILE("the file", List.of("project", "datasets", "train", "release", "feedback"), Map.of()),
  DATASET(
      "the dataset",
      List.of("path", "format", "classes", "quality"),
      Map.of("splits", "this version doesn't split; say the split of each sample in the labels")),
  QUALITY(
      "quality",
      List.of(
          "undecodable",
          "split-leakage",
          "near-duplicate",
          "duplicate",
          "unknown-class",
          "invalid-object",
          "orphan",
          "class-balance",
          "image-surprise"),
      Map.of("class-drift", "write 'class-balance', which watches the drift of classes too")),
  TRAIN(
      "train",
      List.of("command", "refit-head"),
      Map.of("resources", "this version runs the command with what the machine has")),
  REFIT_HEAD(
      "refit-head", List.of("epochs", "learning-rate", "l2", "feedback-weight", "seed"), Map.of()),
  RELEASE(
      "release",
      List.of(
          "model",
          "dataset",
          "preprocess",
          "quantize",
          "parity",
          "detector",
          "gates",
          "costs",
          "canary"),
      Map.of()),
  PREPROCESS(
      "preprocess",
      List.of("resize", "size", "colour", "scale", "mean", "std", "layout"),
      Map.of()),
  QUANTIZE(
      "quantize",
      List.of(
          "target", "calibration", "method", "equalisation", "bias-correction", "type", "search"),
      Map.of(
          "mixed-precision", "write 'search: {budget: 0.5pp}', which keeps in float what must be")),
  SEARCH("search", List.of("budget", "images", "prefer", "prune", "device"), Map.of()),
  PRUNE(
      "prune",
      List.of("structured", "magnitude"),
      Map.of(
          "unstructured",
          "write 'magnitude', which sets single weights to 0",
          "share",
          "write the shares behind 'structured' or 'magnitude', as in [10%, 20%]")),
  DETECTOR(
      "detector",
      List.of("output", "confidence", "iou", "most", "tiles"),
      Map.of(
          "nms",
          "write 'iou', above which of two boxes of a class the surer one stays",
          "classes",
          "the classes are the dataset's, in its order")),
  TILES(
      "tiles",
      List.of("size", "overlap", "whole", "merge", "match", "threshold"),
      Map.of("batch", "tiles go through the model one after the other, as images do")),
  GATE(
      "the gate",
      List.of(
          "measure",
          "sweep",
          "range",
          "of",
          "on",
          "slice",
          "drop",
          "device",
          "at-least",
          "at-most"),
      Map.of(
          "cel",
          "this version has no gates in CEL; the measures are " + Values.MEASURES,
          "scenario",
          "latency is always that of one image after the other")),
  COSTS(
      "costs",
      List.of(
          "unit",
          "units",
          "items",
          "bears",
          "currency",
          "error",
          "classes",
          "score",
          "iou",
          "slices"),
      Map.of(
          "at-most",
          "costs say what errors come to and refuse nothing; write a gate",
          "at-least",
          "costs say what errors come to and refuse nothing; write a gate")),
  CANARY(
      "canary",
      List.of(
          "shadow",
          "weights",
          "requests",
          "margin",
          "false-rollback",
          "approvals",
          "unsure-below",
          "bake"),
      Map.of()),
  FEEDBACK(
      "feedback",
      List.of("budget", "unsure-below", "audit-share"),
      Map.of("select", "this version has one way to select, which weighs doubt against variety"));

  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // List.of and Map.of, above
  private final List<String> keys;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Map<String, String> refused;

  Section(String title, List<String> keys, Map<String, String> refused) {
    this.title = title;
    this.keys = keys;
    this.refused = refused;
  }

  /** As a message calls it. */
  String title() {
    return title;
  }

  /** What it may hold. */
  List<String> keys() {
    return keys;
  }

  /** What a reader of the design might expect here, and why it isn't. */
  Map<String, String> refused() {
    return refused;
  }
}
