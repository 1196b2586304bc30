package dev.fovea.web;

import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.READER;
import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.ModelSignature;
import dev.fovea.registry.ModelStatement;
import dev.fovea.registry.ModelVersion;
import dev.fovea.registry.Models;
import dev.fovea.registry.Run;
import dev.fovea.registry.RunAlert;
import dev.fovea.registry.RunAlert.Kind;
import dev.fovea.registry.Runs;
import dev.fovea.registry.SignedModels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Runs and models. */
final class SampleRegistry implements Runs, Models, SignedModels {
  private final List<Run> runs =
      List.of(
          run("a81f3c90", "night crop, seed 3", "FINISHED"),
          run("5d20aa7e", Samples.HOSTILE, "RUNNING"),
          run(
              "bb19ff02",
              "a much longer name that somebody gave to a sweep over learning rates, crops and seeds",
              "FAILED"));

  private final List<ModelVersion> models;

  /** Some models are of versions that are there, others of one that the lineage alone knows. */
  SampleRegistry(SampleDatasets datasets) {
    var versions = datasets.versions(PARCELS, Samples.DIGITS);
    models =
        IntStream.iterate(6, n -> n > 0, n -> n - 1)
            .mapToObj(n ->
                new ModelVersion(
                    PARCELS,
                    READER,
                    n,
                    digest("model digit-reader " + n),
                    n == 1 ? ModelVersion.Format.ONNX : ModelVersion.Format.PT2,
                    Optional.of(runs.getFirst().id()),
                    Optional.of(n > 3 ? digest("dataset 2") : versions.get(n % 2).digest()),
                    Optional.empty(),
                    n == 4 ? Set.of("production", "champion") : Set.of(),
                    new TreeMap<>(Map.of("seed", "3", "note", Samples.HOSTILE)),
                    "ada",
                    minutesAgo(60L * (8 - n))))
            .toList();
  }

  @Override
  public ModelSignature signature(Name project, String model, int number) {
    throw new NoSuchThing("signature", model + " " + number, "the samples are not signed");
  }

  /** The first was signed late, the second was altered. */
  @Override
  public Verification verify(Name project, String model, int number, boolean bytes) {
    var version = version(project, Name.of(model), number);
    var said =
        new ModelStatement.Registered(
            project,
            model,
            number,
            Optional.of(version.digest()),
            Optional.of(version.format()),
            version.parity(),
            version.run(),
            version.dataset(),
            version.registeredBy(),
            version.at(),
            minutesAgo(5),
            number == 1);
    return new Verification(
        project,
        model,
        number,
        number == 2
            ? List.of("registered by: ada was signed, " + Samples.HOSTILE + " is recorded")
            : List.of(),
        Optional.of(digest("signing key")),
        Optional.of(said),
        3,
        0);
  }

  @Override
  public List<Key> keys(Name project) {
    return List.of();
  }

  private static Run run(String id, String name, String status) {
    return new Run(
        PARCELS,
        id + "0".repeat(24),
        name,
        "digits",
        status,
        minutesAgo(170),
        status.equals("RUNNING") ? Optional.empty() : Optional.of(minutesAgo(20)),
        new TreeMap<>(Map.of("epochs", "60", "lr", "0.003", "crop.night", "0.70", "seed", "3")),
        new TreeMap<>(
            Map.of("val/loss", .42, "val/accuracy", .9641, "train/loss", .318, "nan", Double.NaN)),
        new TreeMap<>(Map.of("mlflow.source.name", "train.py")),
        List.of(
            new Run.DatasetUse(
                "digits", "5b1e08c4", Optional.of(digest("dataset 2")), "training")));
  }

  @Override
  public List<Run> newest(Name project, int limit) {
    return project.equals(PARCELS) ? runs : List.of();
  }

  @Override
  public Run run(Name project, String id) {
    return newest(project, 50).stream()
        .filter(r -> r.id().startsWith(id))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("run", id, "see the list of runs"));
  }

  @Override
  public List<Run.MetricPoint> history(Name project, String id, String key) {
    return IntStream.range(0, key.equals("nan") ? 1 : 60)
        .mapToObj(i ->
            new Run.MetricPoint(
                key.contains("loss")
                    ? 2.2 * Math.exp(-i / 14.0) + .3 + .02 * Math.sin(i * 1.7)
                    : key.equals("nan") ? Double.NaN : .97 - .6 * Math.exp(-i / 10.0),
                i,
                minutesAgo(170 - 2L * i)))
        .toList();
  }

  @Override
  public List<RunAlert> alerts(Name project, String id) {
    return id.startsWith("bb19ff02")
        ? List.of(
            new RunAlert(
                Kind.DIVERGENCE,
                "val/loss",
                "val/loss fell from 2.214 to 0.3108, and its last 5 values are 5.022 or more",
                minutesAgo(31)),
            new RunAlert(
                Kind.NOT_FINITE,
                Samples.HOSTILE,
                Samples.HOSTILE + " was NaN at step 58",
                minutesAgo(25)))
        : List.of();
  }

  @Override
  public Run log(Name project, Finished run) {
    return runs.getFirst();
  }

  @Override
  public List<ModelVersion> heads(Name project) {
    return project.equals(PARCELS) ? models.subList(0, 1) : List.of();
  }

  @Override
  public List<ModelVersion> versions(Name project, Name model) {
    return project.equals(PARCELS) && model.equals(READER) ? models : List.of();
  }

  @Override
  public ModelVersion version(Name project, Name model, int number) {
    return versions(project, model).stream()
        .filter(v -> v.number() == number)
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("model version", model + " " + number, "see the list"));
  }

  @Override
  public Optional<ModelVersion> aliased(Name project, Name model, String alias) {
    return versions(project, model).stream().filter(v -> v.aliases().contains(alias)).findFirst();
  }

  @Override
  public Optional<ModelVersion> ofCommit(Name project, Name model, GitCommit commit) {
    return Optional.empty();
  }

  @Override
  public ModelVersion register(Name project, Registration registration) {
    return models.getFirst();
  }

  @Override
  public ModelVersion point(Name project, Name model, String alias, Pointer pointer) {
    return version(project, model, pointer.number());
  }

  /** Where a model's file is named. */
  static Digest model(int number) {
    return digest("model digit-reader " + number);
  }
}
