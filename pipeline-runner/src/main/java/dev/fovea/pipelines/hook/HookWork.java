package dev.fovea.pipelines.hook;

import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.registry.ModelVersion;
import dev.fovea.registry.Models;
import dev.fovea.roles.Callers;
import dev.fovea.teamfile.TeamFile;
import java.util.Optional;
import java.util.Set;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Does what a delivery asks for. It may run again after a crash: the same version on the same
 * inputs is the same release.
 */
final class HookWork {
  private final HookRows rows;
  private final Datasets datasets;
  private final Models models;
  private final Releases releases;
  private final TransactionTemplate transactions;

  /** The row of the queue: which delivery. */
  record Due(Name project, String delivery) {}

  HookWork(
      HookRows rows,
      Datasets datasets,
      Models models,
      Releases releases,
      TransactionTemplate transactions) {
    this.rows = rows;
    this.datasets = datasets;
    this.models = models;
    this.releases = releases;
    this.transactions = transactions;
  }

  void run(Due due) throws Exception {
    var wish = rows.waiting(due.project(), due.delivery());
    if (wish.isEmpty()) {
      return;
    }
    try {
      ended(due, "done", release(due, wish.get()));
    } catch (Problem e) {
      // Another try would end the same way; the event can be sent again from GitHub once its cause
      // is gone.
      if (e.kind() == Problem.Kind.UNAVAILABLE) {
        throw e;
      }
      ended(due, "refused", e.explanation() + "; " + e.remedy());
    }
  }

  private String release(Due due, Wish wish) throws Exception {
    var project = due.project();
    var model = model(project);
    var version =
        switch (wish) {
          case Wish.OfCommit(var build) ->
              models
                  .ofCommit(project, model, build.commit())
                  .orElseThrow(() ->
                      new NoSuchThing(
                          "version of %s whose run carries commit".formatted(model),
                          build.commit().sha(),
                          "register it first: a registered version is released by itself"));
          case Wish.OfAlias(_, var alias) -> aliased(project, model, alias);
          case Wish.Nothing(var why) -> throw new IllegalStateException(why);
        };
    var release =
        Callers.as(
            caller(due, wish),
            () -> releases.start(project, new Candidate(model, version.number())));
    return "release %s of %s %d".formatted(release.digest(), release.model(), release.number());
  }

  private ModelVersion aliased(Name project, Name model, String alias) {
    return models
        .aliased(project, model, alias)
        .orElseThrow(() ->
            new NoSuchThing(
                "version of %s with the alias".formatted(model),
                alias,
                "point the alias at a version with MLflow's client"));
  }

  private Name model(Name project) {
    return TeamFile.parse(datasets.teamFile(project).text())
        .release()
        .orElseThrow(() ->
            new InvalidRequest(
                "fovea.yaml of %s has no 'release'".formatted(project),
                "add a 'release' with model, dataset and gates, and push it"))
        .model();
  }

  private static Caller caller(Due due, Wish wish) {
    var build =
        wish instanceof Wish.OfCommit(var made)
            ? Optional.of(made)
            : Optional.<Caller.Build>empty();
    var repository =
        switch (wish) {
          case Wish.OfCommit(var made) -> made.repository();
          case Wish.OfAlias(var from, _) -> from;
          case Wish.Nothing _ -> "nobody";
        };
    return new Caller(
        "hook:%s delivery %s".formatted(repository, due.delivery()),
        due.project().text(),
        Set.of(Caller.Role.CI),
        build);
  }

  private void ended(Due due, String state, String outcome) {
    transactions.executeWithoutResult(
        _ -> rows.ended(due.project(), due.delivery(), state, outcome));
  }
}
