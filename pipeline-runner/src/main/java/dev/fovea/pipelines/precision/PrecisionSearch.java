package dev.fovea.pipelines.precision;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Folders;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.quantize.HalfPrecision;
import dev.fovea.onnx.quantize.WeightOnly;
import dev.fovea.onnx.quantize.calibrate.CalibrationRanges;
import dev.fovea.onnx.quantize.search.Candidate;
import dev.fovea.onnx.quantize.search.Front;
import dev.fovea.onnx.quantize.search.LatencyProbe;
import dev.fovea.onnx.quantize.search.LocalLatency;
import dev.fovea.onnx.quantize.search.MixedPrecisionSearch;
import dev.fovea.onnx.quantize.search.Quantization;
import dev.fovea.onnx.quantize.search.SearchSettings;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.pipelines.PrecisionFront;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.ReleaseSpec.SearchSpec;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;

/** Chooses what of a model stays in float, as the team file's budget says. */
public final class PrecisionSearch {
  private static final int LATENCY_SAMPLES = 100;
  private static final Duration LONGEST_TIMING = Duration.ofSeconds(20);
  private static final int NOISIEST = 10;
  private static final long LIMIT_BYTES = 16L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ObjectStore objects;
  private final ReleaseSpec spec;
  private final SearchSpec search;
  private final Telling telling;
  private final Lab lab;
  private final Name project;

  /** Is told what it takes, and how far it is. */
  public interface Telling {
    /** Before it starts. */
    void cost(String words);

    /** So far. */
    void at(double share, String what);
  }

  /**
   * What is searched.
   *
   * @param model the float model, equalised where that is asked for
   * @param quantization how its INT8 form is made
   * @param inFloat first outputs of nodes that stay in float whatever the search says
   * @param examples those of the calibration
   * @param quantizing how the INT8 form of another model is made, ranges included
   */
  public record Given(
      OnnxModel model,
      CalibrationRanges ranges,
      Quantization quantization,
      Set<String> inFloat,
      Iterable<Map<String, FloatTensor>> examples,
      int exampleCount,
      Quantizing quantizing) {}

  /**
   * Makes INT8 models of models that were changed before.
   *
   * @param inferences how many each takes
   */
  public record Quantizing(long inferences, UnaryOperator<OnnxModel> made) {
    OnnxModel of(OnnxModel model) {
      return made.apply(model);
    }
  }

  /**
   * What came of it.
   *
   * @param model the chosen one
   */
  public record Chosen(Digest model, PrecisionFront front) {
    /** Reads one from the store. */
    public static Chosen read(ObjectStore objects, Digest digest) throws IOException {
      return JSON.readValue(objects.bytes(digest, LIMIT_BYTES), Chosen.class);
    }

    /** Stores it and answers its digest. */
    public Digest write(ObjectStore objects) throws IOException {
      return objects.put(JSON.writeValueAsBytes(this));
    }

    /** It in a sentence. */
    public String words() {
      var point =
          front.points().stream()
              .filter(each -> each.name().equals(front.chosen()))
              .findFirst()
              .orElseThrow();
      return String.format(
          Locale.ROOT,
          "%s of %d models tried, %d on the front: %s falls by %.2f pp (%.2f to %.2f), %s, %.3f ms"
              + " where the float model has %s, %.3f ms",
          front.chosen(),
          front.points().size() + front.left().size(),
          front.points().size(),
          front.measure(),
          100 * point.drop().value(),
          100 * point.drop().low(),
          100 * point.drop().high(),
          new ByteSize(point.bytes()),
          point.p50().value(),
          new ByteSize(front.base().bytes()),
          front.base().p50().value());
    }
  }

  /**
   * Prepares one.
   *
   * @param lab whose device is timed, where the team file names one
   * @param project whom it is for
   */
  public PrecisionSearch(
      ObjectStore objects, ReleaseSpec spec, Telling telling, Lab lab, Name project) {
    this.objects = objects;
    this.spec = spec;
    this.search = spec.quantize().search().orElseThrow();
    this.telling = telling;
    this.lab = lab;
    this.project = project;
  }

  /**
   * Searches.
   *
   * @throws InvalidRequest where nothing is within the budget
   * @throws NotTimed where the device that the team file names says no time
   * @throws dev.fovea.kernel.Problem where the model cannot be quantised or asked, or there is no
   *     such device
   */
  public Chosen choose(Given given, SearchImages images) throws IOException {
    var device = search.device().map(this::device);
    var folder = Files.createTempDirectory("fovea-search");
    try {
      var planned =
          MixedPrecisionSearch.plan(
              new MixedPrecisionSearch.Subject<>(
                  given.model(),
                  given.quantization(),
                  given.inFloat(),
                  others(given),
                  given.examples(),
                  given.exampleCount(),
                  new TaskOnImages(objects, spec, images.classes(), images.samples()),
                  device.isPresent() ? device.get() : here()),
              settings(),
              folder);
      var cost = planned.cost().words() + timed() + tiled();
      telling.cost("search over %s: %s".formatted(images.words(), cost));
      var front = planned.run(telling::at);
      requireTimes(device);
      var best = front.best(preference()).orElseThrow(() -> nothing(front, images));
      var model = objects.put(best.model().orElseThrow());
      return new Chosen(
          model, written(front, best.name(), images, cost, device.flatMap(LabLatency::first)));
    } finally {
      Folders.remove(folder);
    }
  }

  /** Pruned models are tried beside all the others, not in their place. */
  private SearchSettings settings() {
    var plain = SearchSettings.of(search.budget());
    return search
        .prune()
        .map(spec ->
            plain.withMore(PrunedCandidates.count(spec)).withPacked(!spec.magnitude().isEmpty()))
        .orElse(plain);
  }

  private LabLatency device(Name device) {
    return new LabLatency(
        lab,
        objects,
        new LabLatency.Subject(project, device, Pictures.shape(spec.preprocess())),
        LabLatency.Waiting.USUAL);
  }

  private LatencyProbe here() {
    return new LocalLatency(Pictures.shape(spec.preprocess()), LATENCY_SAMPLES, LONGEST_TIMING);
  }

  /** What was lost half-way is no search: models that nobody timed might have been faster. */
  private static void requireTimes(Optional<LabLatency> device) {
    device
        .flatMap(LabLatency::gone)
        .ifPresent(gone -> {
          throw gone;
        });
  }

  private String timed() {
    return search.device().map(each -> "; timed on device " + each).orElse("");
  }

  private String tiled() {
    return spec.detector().flatMap(DetectorSpec::tiles).isPresent()
        ? "; of an image in tiles, as many inferences as it takes passes"
        : "";
  }

  private List<Candidate> others(Given given) {
    var others = new ArrayList<Candidate>();
    others.add(
        new Candidate(
            "weight-only",
            "weights in INT8, computed in float",
            Set.of(),
            () -> WeightOnly.quantize(given.model()).model()));
    others.add(
        new Candidate(
            "fp16",
            "16 bits of float",
            Set.of(),
            () -> HalfPrecision.convert(given.model(), given.ranges().ranges()).model()));
    search.prune().ifPresent(spec -> others.addAll(PrunedCandidates.of(spec, given)));
    return others;
  }

  private Front.Preference preference() {
    return switch (search.prefer()) {
      case FASTEST -> Front.Preference.FASTEST;
      case SMALLEST -> Front.Preference.SMALLEST;
    };
  }

  private InvalidRequest nothing(Front front, SearchImages images) {
    var nearest =
        front
            .nearest()
            .map(each -> "; the nearest, %s, %s".formatted(each.name(), each.why()))
            .orElse("");
    return new InvalidRequest(
        "search: none of %d models is within the budget of %s and faster or smaller than the float model, by %s on %s%s"
            .formatted(front.left().size(), search.budget(), measure(), images.words(), nearest),
        "raise release.quantize.search.budget in fovea.yaml, try 'method: mse' or 'equalisation:"
            + " true' beside it, or name more images");
  }

  private String measure() {
    return spec.detector().isPresent() ? "map" : "accuracy";
  }

  private PrecisionFront written(
      Front front, String chosen, SearchImages images, String cost, Optional<Profile> timed) {
    return new PrecisionFront(
        measure(),
        front.budget(),
        front.images(),
        images.words(),
        cost,
        chosen,
        point(front.base()),
        front.points().stream().map(PrecisionSearch::point).toList(),
        front.left().stream().map(PrecisionSearch::left).toList(),
        front.rank().stream()
            .limit(NOISIEST)
            .map(each -> new PrecisionFront.Noise(each.group().words(), each.decibels()))
            .toList(),
        timed.map(profile ->
            new PrecisionFront.Timer(
                profile.device(), profile.facts(), profile.seal().map(Profile.Seal::key))));
  }

  private static PrecisionFront.Point point(Front.Point point) {
    return new PrecisionFront.Point(
        point.name(),
        point.how(),
        List.copyOf(point.keptInFloat()),
        point.standing() == Front.Standing.SURE,
        bounded(point.drop()),
        new Bounded(point.latency().p50(), point.latency().low(), point.latency().high()),
        point.bytes(),
        point.packed().isPresent() ? Optional.of(point.packed().getAsLong()) : Optional.empty());
  }

  private static PrecisionFront.Left left(Front.Left left) {
    return new PrecisionFront.Left(
        left.name(),
        left.how(),
        List.copyOf(left.keptInFloat()),
        left.reason().name().toLowerCase(Locale.ROOT),
        left.images(),
        left.drop().map(PrecisionSearch::bounded),
        left.why());
  }

  private static Bounded bounded(BootstrapInterval interval) {
    return new Bounded(interval.estimate(), interval.low(), interval.high());
  }
}
