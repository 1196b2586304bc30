package dev.fovea.pipelines.release;

import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.pipelines.evaluate.JudgedImages;
import dev.fovea.registry.Models;
import dev.fovea.registry.SignedModels;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.Consumer;
import org.springframework.transaction.support.TransactionTemplate;

/** Starts releases: fixes everything that goes in, and has the job run. */
final class ReleaseStarts {
  private final Datasets datasets;
  private final Models models;
  private final SignedModels signed;
  private final ObjectStore objects;
  private final Orders orders;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;
  private final Consumer<Digest> run;

  /**
   * @param events where events go; called in a transaction
   * @param run has a release run; called in a transaction
   */
  ReleaseStarts(
      Datasets datasets,
      Models models,
      SignedModels signed,
      ObjectStore objects,
      Orders orders,
      TransactionTemplate transactions,
      Consumer<Object> events,
      Consumer<Digest> run) {
    this.datasets = datasets;
    this.models = models;
    this.signed = signed;
    this.objects = objects;
    this.orders = orders;
    this.transactions = transactions;
    this.events = events;
    this.run = run;
  }

  /**
   * Starts the release of a model version on the newest dataset version and policy, or finds the
   * one that there is.
   *
   * @throws InvalidRequest when the team file has no release or names another model, or the dataset
   *     is not one for the kind of model that it has gates for
   * @throws dev.fovea.kernel.NoSuchThing when the team file, the model version or the dataset is
   *     not there
   * @throws dev.fovea.registry.ModelNotTrusted when the model version is not what was signed
   */
  Release start(Name project, Candidate candidate, String requestedBy) {
    var policy = datasets.teamFile(project);
    var spec = releaseOf(candidate, TeamFile.parse(policy.text()));
    var version = models.version(project, candidate.model(), candidate.number());
    // The steps read the file by the digest that is compared here; the store checks its bytes then.
    signed.verify(project, version.model().text(), version.number(), false).require();
    var head = datasets.head(project, spec.dataset());
    requireFit(head.digest(), spec);
    var order =
        new Order(
            project,
            version.model(),
            version.number(),
            version.digest(),
            version.format(),
            version.parity(),
            spec.dataset(),
            head.digest(),
            head.number(),
            policy.commit(),
            stored(policy.text()),
            requestedBy,
            Clock.systemUTC().instant());
    transactions.executeWithoutResult(_ -> {
      if (orders.add(order)) {
        link(order, order.modelNode(), "released from");
        link(order, order.datasetNode(), "judged on");
        link(order, order.commitNode(), "under the policy of");
        run.accept(order.digest());
      }
    });
    return orders.find(project, order.digest()).orElseThrow();
  }

  private static ReleaseSpec releaseOf(Candidate candidate, TeamFile policy) {
    var spec =
        policy
            .release()
            .orElseThrow(() ->
                new InvalidRequest(
                    "fovea.yaml has no 'release', so model %s can't be released"
                        .formatted(candidate.model()),
                    "add a 'release' with model, dataset and gates, and push it"));
    if (!spec.model().equals(candidate.model())) {
      throw new InvalidRequest(
          "fovea.yaml releases the model %s, not %s".formatted(spec.model(), candidate.model()),
          "release %s, or name the other model in fovea.yaml and push it".formatted(spec.model()));
    }
    return spec;
  }

  private void requireFit(Digest dataset, ReleaseSpec spec) {
    try {
      JudgedImages.read(objects, dataset, spec);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Digest stored(String text) {
    try {
      return objects.put(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void link(Order order, LineageNode from, String verb) {
    events.accept(
        new LineageLinked(order.project(), from, verb, order.releaseNode(), order.started()));
  }
}
