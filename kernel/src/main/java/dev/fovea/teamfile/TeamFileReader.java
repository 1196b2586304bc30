package dev.fovea.teamfile;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.teamfile.DatasetSpec.Check;
import dev.fovea.teamfile.DatasetSpec.Reaction;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec;
import dev.fovea.teamfile.TeamFileProblem.Mistake;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the YAML; each mistake is collected with its line. */
final class TeamFileReader {
  private static final int MOST_MISTAKES = 100;
  private static final int MOST_DATASETS = 100;
  private static final int MOST_GATES = 200;
  private static final int MOST_SWEEPS = 20;
  private static final int MOST_CLASSES = 10_000;
  private static final int MOST_STAGES = 20;
  private static final Duration MOST_BAKE = Duration.ofDays(30);

  private final List<Mistake> mistakes = new ArrayList<>();

  TeamFile read(String yaml) {
    var file = fields(Section.FILE, Yaml.parse(yaml)).flatMap(this::file);
    if (!mistakes.isEmpty() || file.isEmpty()) {
      var sorted =
          mistakes.stream()
              .sorted(Comparator.comparingInt(Mistake::line))
              .limit(MOST_MISTAKES)
              .toList();
      throw new TeamFileProblem(sorted);
    }
    return file.get();
  }

  private Optional<TeamFile> file(Fields fields) {
    var project = fields.required("project", Name::new);
    var datasets =
        fields.required("datasets").map(value -> datasets(fields, value)).orElse(Map.of());
    var train = section(fields, "train", Section.TRAIN, this::train);
    var release = section(fields, "release", Section.RELEASE, release(datasets));
    train
        .filter(each -> each instanceof TrainSpec.RefitHead)
        .filter(_ -> release.flatMap(ReleaseSpec::detector).isPresent())
        .ifPresent(_ ->
            fields.wrong(
                "train",
                "'refit-head' with 'detector' under release (expected: no 'train'; it fits the last"
                    + " layer of classifiers alone)"));
    var feedback = section(fields, "feedback", Section.FEEDBACK, TeamFileReader::feedback);
    return project.map(name ->
        new TeamFile(name, datasets, train, release, feedback.orElse(FeedbackSpec.DEFAULT)));
  }

  private Map<Name, DatasetSpec> datasets(Fields fields, Yaml value) {
    var datasets = new LinkedHashMap<Name, DatasetSpec>();
    if (!(value instanceof Yaml.Mapping mapping)) {
      fields.wrong(
          "datasets",
          "'datasets' is %s (expected: names with a mapping each)"
              .formatted(Values.described(value)));
      return datasets;
    }
    if (mapping.entries().isEmpty() || mapping.entries().size() > MOST_DATASETS) {
      fields.wrong(
          "datasets",
          "%d datasets (expected: 1 to %d)".formatted(mapping.entries().size(), MOST_DATASETS));
      return datasets;
    }
    var paths = new HashSet<String>();
    for (var entry : mapping.entries()) {
      var spec = fields(Section.DATASET, entry.getValue()).flatMap(this::dataset);
      var line = entry.getKey().line();
      try {
        var name = new Name(entry.getKey().text());
        if (spec.isPresent() && !paths.add(spec.get().path())) {
          mistakes.add(
              new Mistake(
                  line,
                  "dataset '%s' has another one's path '%s'".formatted(name, spec.get().path())));
        }
        if (spec.isPresent() && datasets.putIfAbsent(name, spec.get()) != null) {
          mistakes.add(new Mistake(line, "dataset '%s' stands twice".formatted(name)));
        }
      } catch (IllegalArgumentException e) {
        mistakes.add(new Mistake(line, "dataset " + e.getMessage()));
      }
    }
    return datasets;
  }

  private Optional<DatasetSpec> dataset(Fields fields) {
    var path = fields.required("path", Values::path);
    var format = fields.required("format", Values.oneOf(DatasetSpec.Format.class));
    var classes = fields.list("classes", List.of(), MOST_CLASSES, Values.text(200));
    classes
        .filter(names -> new HashSet<>(names).size() < names.size())
        .ifPresent(names ->
            fields.wrong(
                "classes", "'classes' names '%s' twice".formatted(Text.excerpt(twice(names)))));
    var quality =
        section(fields, "quality", Section.QUALITY, TeamFileReader::quality).orElse(Map.of());
    return path.isEmpty() || format.isEmpty() || classes.isEmpty()
        ? Optional.empty()
        : Optional.of(new DatasetSpec(path.get(), format.get(), classes.get(), quality));
  }

  private static Optional<Map<Check, Reaction>> quality(Fields fields) {
    var reactions = new EnumMap<Check, Reaction>(Check.class);
    for (var check : Check.values()) {
      if (fields.has(Values.written(check))) {
        fields
            .required(Values.written(check), Values.oneOf(Reaction.class))
            .ifPresent(reaction -> reactions.put(check, reaction));
      }
    }
    return Optional.of(reactions);
  }

  private Optional<TrainSpec> train(Fields fields) {
    if (fields.has("command") == fields.has("refit-head")) {
      fields.wrong(
          "command",
          "%s of 'command' and 'refit-head' in train (expected: one)"
              .formatted(fields.has("command") ? "both" : "none"));
      return Optional.empty();
    }
    if (fields.has("command")) {
      return fields.required("command", TeamFileReader::command);
    }
    return section(fields, "refit-head", Section.REFIT_HEAD, TeamFileReader::refitHead);
  }

  private static TrainSpec command(String text) {
    var line = Values.text(4_000).apply(text);
    if (!line.contains("{dataset}") || !line.contains("{output}")) {
      throw Values.expected(text, "a command line with {dataset} and {output} in it");
    }
    return new TrainSpec.Command(line);
  }

  private static Optional<TrainSpec> refitHead(Fields fields) {
    var usual = TrainSpec.RefitHead.DEFAULT;
    var epochs = fields.optional("epochs", usual.epochs(), Values.integer(1, 10_000));
    var rate = fields.optional("learning-rate", usual.learningRate(), Values::factor);
    var l2 = fields.optional("l2", usual.l2(), Values.number(0, 1_000));
    var weight = fields.optional("feedback-weight", usual.feedbackWeight(), Values::factor);
    var seed =
        fields.optional("seed", usual.seed(), text -> Values.whole(text, -(1L << 53), 1L << 53));
    return epochs.isEmpty() || rate.isEmpty() || l2.isEmpty() || weight.isEmpty() || seed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TrainSpec.RefitHead(epochs.get(), rate.get(), l2.get(), weight.get(), seed.get()));
  }

  private Function<Fields, Optional<ReleaseSpec>> release(Map<Name, DatasetSpec> datasets) {
    return fields -> {
      var model = fields.required("model", Name::new);
      var dataset =
          datasets.size() == 1
              ? fields.optional("dataset", datasets.keySet().iterator().next(), Name::new)
              : fields.required("dataset", Name::new);
      dataset
          .filter(name -> !datasets.isEmpty() && !datasets.containsKey(name))
          .ifPresent(name ->
              fields.wrong(
                  "dataset",
                  "'dataset': '%s' (expected: one of %s)".formatted(name, datasets.keySet())));
      fields.required("preprocess");
      var preprocess = section(fields, "preprocess", Section.PREPROCESS, PreprocessReader::read);
      var quantize =
          fields.has("quantize")
              ? section(fields, "quantize", Section.QUANTIZE, this::quantize)
              : Optional.of(QuantizeSpec.DEFAULT);
      var parity = fields.optional("parity", ReleaseSpec.DEFAULT_PARITY, Values::factor);
      var detector = section(fields, "detector", Section.DETECTOR, this::detector);
      detector
          .flatMap(DetectorSpec::tiles)
          .flatMap(tiles -> preprocess.flatMap(spec -> TilesReader.mistake(tiles, spec)))
          .ifPresent(text -> fields.wrong("detector", text));
      var gates = fields.required("gates").map(value -> gates(fields, value)).orElse(List.of());
      gates.stream()
          .flatMap(gate -> DetectorReader.mistake(gate, fields.has("detector")).stream())
          .forEach(mistakes::add);
      var costs = section(fields, "costs", Section.COSTS, CostReader::read);
      dataset
          .flatMap(name -> Optional.ofNullable(datasets.get(name)))
          .ifPresent(
              spec -> costs.ifPresent(each -> CostReader.check(fields, each, detector, spec)));
      var canary =
          fields.has("canary")
              ? section(fields, "canary", Section.CANARY, TeamFileReader::canary)
              : Optional.of(CanarySpec.DEFAULT);
      return model.isEmpty()
              || dataset.isEmpty()
              || preprocess.isEmpty()
              || quantize.isEmpty()
              || parity.isEmpty()
              || canary.isEmpty()
              || (fields.has("detector") && detector.isEmpty())
              || (fields.has("costs") && costs.isEmpty())
          ? Optional.empty()
          : Optional.of(
              new ReleaseSpec(
                  model.get(),
                  dataset.get(),
                  preprocess.get(),
                  quantize.get(),
                  parity.get(),
                  detector,
                  gates,
                  costs,
                  canary.get()));
    };
  }

  private Optional<DetectorSpec> detector(Fields fields) {
    return DetectorReader.read(
        fields,
        confidence ->
            section(fields, "tiles", Section.TILES, tiles -> TilesReader.read(tiles, confidence)));
  }

  private Optional<QuantizeSpec> quantize(Fields fields) {
    var target =
        fields.optional(
            "target", QuantizeSpec.DEFAULT.target(), Values.oneOf(QuantizeSpec.Target.class));
    var calibration =
        fields.optional(
            "calibration", QuantizeSpec.DEFAULT.calibration(), Values.integer(1, 10_000));
    var method =
        fields.optional(
            "method", QuantizeSpec.DEFAULT.method(), Values.oneOf(QuantizeSpec.Method.class));
    var equalisation =
        fields.optional("equalisation", QuantizeSpec.DEFAULT.equalisation(), Values::yesOrNo);
    var biasCorrection =
        fields.optional("bias-correction", QuantizeSpec.DEFAULT.biasCorrection(), Values::yesOrNo);
    var type =
        fields.optional("type", QuantizeSpec.DEFAULT.type(), Values.oneOf(QuantizeSpec.Type.class));
    var search =
        section(
            fields,
            "search",
            Section.SEARCH,
            inner ->
                SearchReader.read(
                    inner, () -> section(inner, "prune", Section.PRUNE, SearchReader::prune)));
    if (fields.has("search") && type.filter(each -> each != QuantizeSpec.Type.INT8).isPresent()) {
      fields.wrong(
          "search",
          "'search' beside 'type: %s' (expected: one of them; a search tries every type)"
              .formatted(Values.written(type.get())));
    }
    return target.isEmpty()
            || calibration.isEmpty()
            || method.isEmpty()
            || equalisation.isEmpty()
            || biasCorrection.isEmpty()
            || type.isEmpty()
            || (fields.has("search") && search.isEmpty())
        ? Optional.empty()
        : Optional.of(
            new QuantizeSpec(
                target.get(),
                calibration.get(),
                method.get(),
                equalisation.get(),
                biasCorrection.get(),
                type.get(),
                search));
  }

  private List<Gate> gates(Fields fields, Yaml value) {
    if (!(value instanceof Yaml.Sequence sequence)
        || sequence.items().isEmpty()
        || sequence.items().size() > MOST_GATES) {
      fields.wrong("gates", "'gates' (expected: a list of 1 to %d rules)".formatted(MOST_GATES));
      return List.of();
    }
    var gates =
        sequence.items().stream()
            .map(item -> fields(Section.GATE, item).flatMap(GateReader::read))
            .flatMap(Optional::stream)
            .toList();
    long sweeps = gates.stream().filter(gate -> gate.sweep().isPresent()).count();
    if (sweeps > MOST_SWEEPS) {
      fields.wrong(
          "gates",
          "'gates' has %d rules of accuracy-under and map-under (expected: at most %d)"
              .formatted(sweeps, MOST_SWEEPS));
    }
    return gates;
  }

  private static Optional<CanarySpec> canary(Fields fields) {
    var usual = CanarySpec.DEFAULT;
    var weights = fields.list("weights", usual.weights(), MOST_STAGES, Values::percent);
    weights
        .filter(stages ->
            stages.isEmpty() || !stages.equals(stages.stream().sorted().distinct().toList()))
        .ifPresent(stages ->
            fields.wrong(
                "weights", "'weights': %s (expected: one or more, rising)".formatted(stages)));
    var requests = fields.optional("requests", usual.requests(), Values.integer(1, 1_000_000));
    var margin = fields.optional("margin", usual.margin(), Values.number(1, 100));
    var falseRollback =
        fields.optional("false-rollback", usual.falseRollback(), Values.share(0.0001, 0.5));
    var approvals = fields.optional("approvals", usual.approvals(), Values.integer(0, 10));
    var unsure = fields.optional("unsure-below", usual.unsureBelow(), Values.share(0, 1));
    var shadow =
        fields.optional("shadow", usual.shadow(), text -> Optional.of(Values.percent(text)));
    var bake = fields.optional("bake", usual.bake(), Values.length(MOST_BAKE));
    return weights.isEmpty()
            || requests.isEmpty()
            || margin.isEmpty()
            || falseRollback.isEmpty()
            || approvals.isEmpty()
            || unsure.isEmpty()
            || shadow.isEmpty()
            || bake.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CanarySpec(
                weights.get(),
                requests.get(),
                margin.get(),
                falseRollback.get(),
                approvals.get(),
                unsure.get(),
                shadow.get(),
                bake.get()));
  }

  private static Optional<FeedbackSpec> feedback(Fields fields) {
    var usual = FeedbackSpec.DEFAULT;
    var budget = fields.optional("budget", usual.budget(), Values.integer(1, 100_000));
    var unsure = fields.optional("unsure-below", usual.unsureBelow(), Values.share(0, 1));
    var audit = fields.optional("audit-share", usual.auditShare(), Values.share(0, 1));
    return budget.isEmpty() || unsure.isEmpty() || audit.isEmpty()
        ? Optional.empty()
        : Optional.of(new FeedbackSpec(budget.get(), unsure.get(), audit.get()));
  }

  private <T> Optional<T> section(
      Fields parent, String key, Section section, Function<Fields, Optional<T>> reader) {
    return parent.find(key).flatMap(value -> fields(section, value)).flatMap(reader);
  }

  private Optional<Fields> fields(Section section, Yaml value) {
    if (value instanceof Yaml.Mapping mapping) {
      return Optional.of(new Fields(section, mapping, mistakes));
    }
    mistakes.add(
        new Mistake(
            value.line(),
            "%s is %s (expected: a mapping with %s)"
                .formatted(
                    section.title(), Values.described(value), String.join(", ", section.keys()))));
    return Optional.empty();
  }

  private static String twice(List<String> names) {
    var seen = new HashSet<String>();
    return names.stream().filter(name -> !seen.add(name)).findFirst().orElseThrow();
  }
}
