package dev.fovea.web.overview;

import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Push;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Retraining;
import dev.fovea.pipelines.Verdict;
import dev.fovea.registry.ModelVersion;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts.Serving;
import dev.fovea.web.Figures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The eight stations of the loop, each with the newest thing that stands there. */
final class Loop {
  private final Name project;
  private final Figures figures = new Figures();
  private final List<Station> stations = new ArrayList<>();

  Loop(Name project) {
    this.project = project;
  }

  /**
   * One station.
   *
   * @param style {@code done}, {@code running}, {@code pending}, or a verdict
   * @param verdict its chip; empty where it is no verdict
   */
  record Station(
      String name,
      String style,
      String verdict,
      String icon,
      String word,
      String thing,
      String note,
      String when,
      String href) {}

  /** What stands at each station now; absent where nothing has come so far. */
  record News(
      Optional<Push> push,
      Optional<DatasetVersion> dataset,
      Optional<ModelVersion> model,
      Optional<Retraining> retraining,
      Optional<Release> release,
      Optional<Rollout> rollout,
      Optional<Serving> serving,
      long frames,
      Optional<Batch> batch) {}

  static List<Station> of(Name project, News news) {
    var loop = new Loop(project);
    loop.add("Push", "datasets", news.push(), loop::push);
    loop.add("Dataset", "datasets", news.dataset(), loop::dataset);
    loop.add("Model", "models", news.model(), model -> loop.model(model, news.retraining()));
    loop.add("Release", "releases", news.release(), loop::release);
    loop.add("Canary", "releases", news.rollout(), loop::rollout);
    loop.add("Production", "releases", news.serving(), loop::serving);
    loop.add(
        "Frames",
        "frames",
        news.frames() > 0 ? Optional.of(news.frames()) : Optional.empty(),
        loop::frames);
    loop.add("Labels", "batches", news.batch(), loop::batch);
    return List.copyOf(loop.stations);
  }

  private <T> void add(
      String name, String section, Optional<T> thing, Function<T, Station> station) {
    stations.add(
        thing
            .map(station)
            .orElseGet(() ->
                new Station(
                    name,
                    "pending",
                    "",
                    "pending",
                    "None yet",
                    "",
                    "",
                    "",
                    "/%s/%s".formatted(project, section))));
  }

  private Station push(Push push) {
    return push.accepted()
        ? new Station(
            "Push",
            "done",
            "",
            "pass",
            "Checked",
            push.commit().abbreviated(),
            "by " + push.who(),
            when(push.at()),
            at("datasets"))
        : new Station(
            "Push",
            "fail",
            "fail",
            "",
            "",
            push.commit().abbreviated(),
            push.findings().size() + " findings",
            when(push.at()),
            at("datasets"));
  }

  private Station dataset(DatasetVersion version) {
    return new Station(
        "Dataset",
        "done",
        "",
        "pass",
        "Version " + version.number(),
        version.digest().abbreviated(),
        "%s images, %s".formatted(figures.count(version.images()), figures.signed(version.added())),
        when(version.at()),
        at("datasets/%s@%s".formatted(version.dataset(), version.digest().abbreviated())));
  }

  private Station model(ModelVersion model, Optional<Retraining> retraining) {
    var href = at("models/%s@%s".formatted(model.model(), model.digest().abbreviated()));
    return retraining
        .filter(job -> job.state().equals("running"))
        .map(job ->
            new Station(
                "Model",
                "running",
                "",
                "running",
                "Training again",
                model.digest().abbreviated(),
                job.summary(),
                when(job.started()),
                href))
        .orElseGet(() ->
            new Station(
                "Model",
                "done",
                "",
                "pass",
                "Registered",
                model.digest().abbreviated(),
                model.model() + " " + model.number(),
                when(model.at()),
                href));
  }

  private Station release(Release release) {
    var href = at("releases/" + release.digest().abbreviated());
    var name = release.model() + " " + release.number();
    return release
        .verdict()
        .map(verdict ->
            new Station(
                "Release",
                word(verdict),
                word(verdict),
                "",
                "",
                release.digest().abbreviated(),
                name,
                when(release.started()),
                href))
        .orElseGet(() ->
            release.state() == Release.State.FAILED
                ? new Station(
                    "Release",
                    "error",
                    "error",
                    "",
                    "",
                    release.digest().abbreviated(),
                    release.reason(),
                    when(release.started()),
                    href)
                : new Station(
                    "Release",
                    "running",
                    "",
                    "running",
                    "Running",
                    release.digest().abbreviated(),
                    release.reason(),
                    when(release.started()),
                    href));
  }

  private static String word(Verdict verdict) {
    if (verdict.passed()) {
      return "pass";
    }
    var outcomes = verdict.rulings().stream().map(Verdict.Ruling::outcome).toList();
    return outcomes.contains(Verdict.Outcome.FAIL)
        ? "fail"
        : outcomes.contains(Verdict.Outcome.ERROR) ? "error" : "inconclusive";
  }

  private Station rollout(Rollout rollout) {
    var waits = rollout.state() == Rollout.State.AWAITING_APPROVAL;
    var icon =
        rollout.state().ended()
            ? rollout.state() == Rollout.State.PROMOTED ? "pass" : "off"
            : waits ? "pending" : "running";
    var word =
        switch (rollout.state()) {
          case AWAITING_APPROVAL -> "Waits";
          case SHADOW -> "Shadows";
          case BAKING -> "Bakes";
          case PROMOTED -> "Promoted";
          case ROLLED_BACK -> "Went back";
          case REJECTED -> "Rejected";
          case SUPERSEDED -> "Superseded";
          case FAILED -> "Broke off";
          default -> "Running";
        };
    return new Station(
        "Canary",
        waits ? "inconclusive" : "done",
        "",
        icon,
        word,
        rollout.weight() + " %",
        rollout.reason(),
        when(rollout.started()),
        at("releases/" + rollout.release().abbreviated()));
  }

  private Station serving(Serving serving) {
    var arm = serving.stable();
    return new Station(
        "Production",
        "done",
        "",
        "pass",
        "Serves",
        arm.variant().abbreviated(),
        "%s %d, %s answers".formatted(serving.model(), arm.number(), figures.count(arm.answered())),
        "",
        at("lineage/" + arm.variant()));
  }

  private Station frames(long count) {
    return new Station(
        "Frames",
        "done",
        "",
        "pass",
        "Captured",
        figures.count(count),
        "unsure, or drawn at random",
        "",
        at("frames"));
  }

  private Station batch(Batch batch) {
    var open = batch.version().isEmpty();
    return new Station(
        "Labels",
        open ? "pending" : "done",
        "",
        open ? "pending" : "pass",
        open ? "To label" : "Committed",
        "%d of %d".formatted(batch.labelled(), batch.items()),
        "batch " + batch.digest().abbreviated(),
        when(batch.chosen()),
        at("batches/" + batch.digest().abbreviated()));
  }

  private String at(String rest) {
    return "/%s/%s".formatted(project, rest);
  }

  private String when(Instant at) {
    return figures.ago(at);
  }
}
