package dev.fovea.web;

import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Curve;
import dev.fovea.registry.MetricKeys;
import dev.fovea.registry.MetricKeys.Group;
import dev.fovea.registry.MetricKeys.Latest;
import dev.fovea.registry.Run;
import dev.fovea.registry.Run.MetricPoint;
import dev.fovea.registry.RunExcerpt;
import dev.fovea.registry.RunFiles;
import dev.fovea.registry.RunFolder;
import dev.fovea.registry.RunViews;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What runs logged: ordinary metrics, broken ones, hostile names, and one run with very many. */
final class SampleRuns implements RunViews {
  /** A run with 10,000 keys and a hundred points each. */
  static final String LARGE = "0badc0de";

  static final String HOSTILE_KEY = "val/" + Samples.HOSTILE;
  private static final int LARGE_KEYS = 10_000;
  private static final int LARGE_FILES = 3_000;

  private final List<Run> runs;
  private final Digest picture;
  private final Digest confusion;
  private final Digest precisionRecall;

  SampleRuns(SampleRegistry registry, ObjectStore objects) throws IOException {
    var all = new ArrayList<>(registry.newest(PARCELS, 50));
    all.add(run(LARGE, "every layer’s gradient", "FINISHED", Map.of("layers", "5000"), Map.of()));
    for (int i = 0; i < 9; i++) {
      var params = new TreeMap<>(Map.of("lr", "1e-" + (1 + i % 4), "crop.night", "0." + i));
      if (i != 4) {
        params.put("optimizer", i % 2 == 0 ? "adamw" : "sgd");
      }
      all.add(
          run(
              "e000000" + i,
              i == 3 ? Samples.HOSTILE : "sweep lr-search, trial " + i,
              "FINISHED",
              params,
              i == 6
                  ? Map.of("val/loss", Double.NaN)
                  : Map.of("val/loss", .3 + .07 * (i * 5 % 7), "val/accuracy", .97 - i * .01)));
    }
    this.runs = List.copyOf(all);
    this.picture = objects.put(Samples.picture(3));
    this.confusion =
        objects.put(
            """
            {"columns": ["actual", "predicted", "count"],
             "data": [["cat", "cat", 50], ["cat", "dog", 3], ["dog", "dog", 40], ["%s", "dog", 7]]}
            """
                .formatted(Samples.HOSTILE)
                .getBytes(StandardCharsets.UTF_8));
    this.precisionRecall =
        objects.put(
            """
            {"columns": ["class", "recall", "precision"],
             "data": [["cat", 0, 1], ["cat", 0.5, 0.9], ["cat", 1, 0.4], ["dog", 0, 1], ["dog", 0.8, 0.7]]}
            """
                .getBytes(StandardCharsets.UTF_8));
  }

  private static Run run(
      String id,
      String name,
      String status,
      Map<String, String> params,
      Map<String, Double> metrics) {
    return new Run(
        PARCELS,
        id + "0".repeat(24),
        name,
        "digits",
        status,
        minutesAgo(600),
        Optional.of(minutesAgo(500)),
        new TreeMap<>(params),
        new TreeMap<>(metrics),
        new TreeMap<>(
            Map.of(
                Run.COMMIT_TAG,
                Samples.commit(id).sha(),
                "mlflow.source.git.repoURL",
                "https://github.com/example/parcels.git")),
        List.of());
  }

  private Map<String, Double> metrics(Run run) {
    if (run.id().startsWith(LARGE)) {
      return IntStream.range(0, LARGE_KEYS)
          .boxed()
          .collect(
              Collectors.toMap(
                  i -> "layer.%04d/%s".formatted(i / 2, i % 2 == 0 ? "grad" : "weight"),
                  i -> Math.abs(Math.sin(i)),
                  (a, _) -> a,
                  TreeMap::new));
    }
    var metrics = new TreeMap<>(run.metrics());
    if (run.id().startsWith("a81f3c90")) {
      metrics.put(HOSTILE_KEY, 2.0);
      metrics.put("train/spikes", 0.5);
      metrics.put("system/gpu_0_utilization_percentage", 92.0);
      metrics.put("system/system_memory_usage_megabytes", 17_612.0);
      metrics.put("train/signed", -0.5);
      metrics.put("test/accuracy", 0.9641);
      metrics.put(
          "val/a-metric-whose-name-somebody-made-of-everything-that-they-knew-about-it-at-the-time",
          1e-7);
    }
    return metrics;
  }

  @Override
  public List<RunExcerpt> newest(Name project, int limit, int each) {
    return project.equals(PARCELS)
        ? runs.stream().limit(limit).map(run -> excerpt(run, "", each)).toList()
        : List.of();
  }

  @Override
  public List<RunExcerpt> of(Name project, List<String> ids, String containing, int each) {
    return ids.stream()
        .map(id -> load(project, id))
        .distinct()
        .map(run -> excerpt(run, containing, each))
        .toList();
  }

  private Run load(Name project, String id) {
    return runs.stream()
        .filter(run -> project.equals(PARCELS) && run.id().startsWith(id))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("run", id, "see the list of runs"));
  }

  private RunExcerpt excerpt(Run run, String containing, int each) {
    var metrics = metrics(run);
    return new RunExcerpt(
        new Run(
            run.project(),
            run.id(),
            run.name(),
            run.experiment(),
            run.status(),
            run.started(),
            run.ended(),
            some(run.params(), containing, each),
            some(metrics, containing, each),
            run.tags(),
            run.datasets()),
        run.params().size(),
        Math.min(metrics.size(), RunExcerpt.COUNTED));
  }

  private static <T> Map<String, T> some(Map<String, T> all, String containing, int each) {
    var some = new TreeMap<String, T>();
    all.entrySet().stream()
        .filter(entry -> entry.getKey().contains(containing))
        .limit(each)
        .forEach(entry -> some.put(entry.getKey(), entry.getValue()));
    return some;
  }

  @Override
  public MetricKeys keys(
      Name project, String id, String prefix, String containing, String after, int limit) {
    var all = metrics(load(project, id));
    var groups =
        all.keySet().stream()
            .collect(
                Collectors.groupingBy(
                    key -> key.contains("/") ? key.substring(0, key.indexOf('/') + 1) : "",
                    TreeMap::new,
                    Collectors.counting()));
    var matching =
        all.entrySet().stream()
            .filter(
                entry -> entry.getKey().startsWith(prefix) && entry.getKey().contains(containing))
            .toList();
    return new MetricKeys(
        all.size(),
        groups.entrySet().stream()
            .limit(50)
            .map(group -> new Group(group.getKey(), group.getValue()))
            .toList(),
        matching.size(),
        matching.stream()
            .filter(entry -> entry.getKey().compareTo(after) > 0)
            .limit(limit)
            .map(entry -> new Latest(entry.getKey(), entry.getValue(), 59, minutesAgo(20)))
            .toList());
  }

  @Override
  public List<Curve> curves(
      Name project,
      String key,
      List<String> ids,
      long first,
      long last,
      int most,
      double smoothing) {
    return ids.stream().map(id -> curve(load(project, id), key, first, last, smoothing)).toList();
  }

  private Curve curve(Run run, String key, long first, long last, double smoothing) {
    boolean isLarge = run.id().startsWith(LARGE);
    if (!metrics(run).containsKey(key)) {
      return new Curve(run.id(), 0, List.of(), List.of());
    }
    int count = key.equals("nan") || key.equals("test/accuracy") ? 1 : isLarge ? 240 : 60;
    var points =
        LongStream.range(0, count)
            .filter(step -> step >= first && step <= last)
            .mapToObj(step ->
                new MetricPoint(
                    value(run, key, Math.toIntExact(step)),
                    step * (isLarge ? 4_000 : 1),
                    run.started().plusSeconds(step * 90)))
            .toList();
    return new Curve(
        run.id(),
        isLarge ? 960_000 : points.size(),
        points,
        smoothing == 0 ? List.of() : smoothed(points, smoothing));
  }

  private static double value(Run run, String key, int i) {
    double noise = .03 * Math.sin(i * 1.7 + key.hashCode() + run.id().charAt(0));
    return switch (key) {
      case "nan" -> Double.NaN;
      case "train/spikes" ->
          i == 20
              ? 12
              : i == 30
                  ? Double.NaN
                  : i == 31 ? Double.POSITIVE_INFINITY : 1.2 * Math.exp(-i / 15.0) + noise;
      case "train/signed" -> Math.sin(i / 6.0) + noise;
      default ->
          key.contains("loss")
              ? 2.2 * Math.exp(-i / 14.0) + .3 + noise
              : key.startsWith("system/gpu")
                  ? 92 + 40 * noise
                  : key.startsWith("system/") ? 17_000 + i * 12 : .97 - .6 * Math.exp(-i / 10.0);
    };
  }

  private static List<Double> smoothed(List<MetricPoint> points, double weight) {
    var smoothed = new ArrayList<Double>();
    double average = 0;
    double known = 0;
    for (var point : points) {
      if (Double.isFinite(point.value())) {
        average = weight * average + (1 - weight) * point.value();
        known = weight * known + 1 - weight;
      }
      smoothed.add(average / known);
    }
    return smoothed;
  }

  @Override
  public RunFiles.File file(Name project, String id, String path) {
    return all(project, id).stream()
        .filter(file -> file.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("file", path, "the run's page lists its files"));
  }

  @Override
  public RunFiles files(Name project, String id, String under) {
    var all = all(project, id);
    return new RunFiles(all.stream().limit(500).toList(), all.size());
  }

  @Override
  public RunFolder folder(Name project, String id, String under, String after, int limit) {
    var prefix = under.isEmpty() ? "" : under + "/";
    var held = new TreeMap<String, RunFolder.Entry>();
    for (var file : all(project, id)) {
      if (file.path().startsWith(prefix)) {
        var rest = file.path().substring(prefix.length());
        int slash = rest.indexOf('/');
        var entry =
            new RunFolder.Entry(
                slash < 0 ? rest : rest.substring(0, slash),
                1,
                file.bytes(),
                slash < 0 ? Optional.of(file.digest()) : Optional.empty());
        held.merge(
            entry.key(),
            entry,
            (a, b) ->
                new RunFolder.Entry(
                    a.name(), a.files() + b.files(), a.bytes() + b.bytes(), a.digest()));
      }
    }
    var behind = List.copyOf(held.tailMap(after, false).values());
    return new RunFolder(behind.stream().limit(limit).toList(), behind.size() > limit);
  }

  private List<RunFiles.File> all(Name project, String id) {
    load(project, id);
    if (id.startsWith(LARGE)) {
      var masks =
          IntStream.range(0, LARGE_FILES - 2)
              .mapToObj(i ->
                  new RunFiles.File(
                      "predictions/%s/mask-%04d.png"
                          .formatted(Samples.HOSTILE.replace('/', '_'), i),
                      picture,
                      312));
      return Stream.concat(
              Stream.of(
                  new RunFiles.File("model/MLmodel", digest("mlmodel"), 812),
                  new RunFiles.File("notes.txt", digest("notes"), 80)),
              masks)
          .toList();
    }
    if (!id.startsWith("a81f3c90")) {
      return List.of();
    }
    var images =
        IntStream.range(0, 30)
            .mapToObj(i ->
                new RunFiles.File(
                    "images/val#%s%%step%%%d%%timestamp%%17000000000%02d%%g%02d.png"
                        .formatted(
                            i % 2 == 0 ? "digits" : Samples.HOSTILE.replace("/", "#"), i, i, i),
                    picture,
                    312));
    var others =
        Stream.of(
            new RunFiles.File("checkpoints/last/best.pt2", digest("best"), 40_265_318),
            new RunFiles.File("confusion_matrix.json", confusion, 180),
            new RunFiles.File("confusion_matrix.png", picture, 4_021),
            new RunFiles.File("eval/precision_recall.json", precisionRecall, 170),
            new RunFiles.File("eval/recall_gone.json", digest("gone"), 170),
            new RunFiles.File("model/MLmodel", digest("mlmodel"), 812),
            new RunFiles.File(
                "model/" + Samples.HOSTILE.replace('/', '_') + ".txt", digest("hostile"), 1),
            new RunFiles.File("PR_curve.png", picture, 9_000));
    return Stream.concat(others, images).toList();
  }
}
