package dev.fovea.pipelines.release;

import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.registry.ModelVersionRegistered;
import dev.fovea.registry.Models;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.RolloutEnded;
import dev.fovea.teamfile.TeamFile;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** What releases do when something happens elsewhere. */
final class ReleaseEvents {
  /** The alias of the model version that serves. */
  static final String PRODUCTION = "production";

  private static final Logger LOG = LoggerFactory.getLogger(ReleaseEvents.class);

  private final Datasets datasets;
  private final Models models;
  private final ReleaseStarts starts;
  private final Orders orders;
  private final TransactionTemplate transactions;
  private final Consumer<Digest> run;

  /**
   * @param run has a release run; called in a transaction
   */
  ReleaseEvents(
      Datasets datasets,
      Models models,
      ReleaseStarts starts,
      Orders orders,
      TransactionTemplate transactions,
      Consumer<Digest> run) {
    this.datasets = datasets;
    this.models = models;
    this.starts = starts;
    this.orders = orders;
    this.transactions = transactions;
    this.run = run;
  }

  /** A model that the team file releases is released by itself, for whoever registered it. */
  void registered(ModelVersionRegistered event) {
    try {
      var policy = TeamFile.parse(datasets.teamFile(event.project()).text());
      if (policy.release().filter(spec -> spec.model().equals(event.model())).isEmpty()) {
        LOG.info(
            "{} {} is not what fovea.yaml of {} releases",
            event.model(),
            event.number(),
            event.project());
        return;
      }
      var version = models.version(event.project(), event.model(), event.number());
      starts.start(
          event.project(), new Candidate(event.model(), event.number()), version.registeredBy());
    } catch (Problem e) {
      // Another try would end the same way; a person can ask for the release once the cause is
      // gone.
      if (e.kind() == Problem.Kind.UNAVAILABLE) {
        throw e;
      }
      LOG.warn(
          "{} {} is not released: {}; {}",
          event.model(),
          event.number(),
          e.explanation(),
          e.remedy());
    }
  }

  /** Releases that waited for this profile go on. */
  void profiled(ProfileFinished event) {
    transactions.executeWithoutResult(_ -> orders.awaiting(event.job()).forEach(run));
  }

  /** What was promoted is what serves from now on; the release says how its rollout ended. */
  void rolledOut(RolloutEnded event) {
    if (event.state() == Rollout.State.PROMOTED) {
      models.point(event.project(), event.model(), PRODUCTION, new Models.Pointer(event.number()));
    }
    var reason =
        "its rollout ended as %s: %s"
            .formatted(
                event.state().name().toLowerCase(Locale.ROOT).replace('_', ' '), event.reason());
    transactions.executeWithoutResult(_ -> orders.stands(event.release(), State.RELEASED, reason));
  }
}
