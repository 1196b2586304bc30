package dev.fovea.registry.models;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelVersionRegistered;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.lineage.LineageNodes;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.tracking.TrackedRun;
import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Outbox;
import dev.fovea.roles.queue.Queue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Tells everybody of a new model version: by the event, the arrows that lead to it, and the audit
 * log.
 */
@Component
final class RegistrationNews {
  private final Queue queue;
  private final LineageNodes nodes;
  private final Acts acts;
  private final Outbox outbox;

  RegistrationNews(
      @Qualifier("registryQueue") Queue queue, LineageNodes nodes, Acts acts, Outbox outbox) {
    this.queue = queue;
    this.nodes = nodes;
    this.acts = acts;
    this.outbox = outbox;
  }

  /** Publishes in the caller's transaction. */
  void tell(Version version, Optional<TrackedRun> run) {
    var at = Instant.ofEpochMilli(version.createdMillis());
    var label = version.model() + " " + version.number();
    acts.done(version.project(), "registered model version", label);
    outbox.happened(version.project(), Event.VERSION_CREATED, data(version));
    if (version.file().isEmpty()) {
      return;
    }
    var digest = version.file().get().digest();
    queue.publish(
        new ModelVersionRegistered(
            version.project(), new Name(version.model()), version.number(), digest, at));
    var node = new LineageNode(Kind.MODEL_VERSION, digest, label);
    run.ifPresent(maker ->
        queue.publish(
            new LineageLinked(
                version.project(),
                LineageNode.named(Kind.RUN, maker.id(), "run " + maker.name()),
                "made by",
                node,
                at)));
    if (run.isEmpty()) {
      version
          .dataset()
          .ifPresent(dataset ->
              arrow(version.project(), Kind.DATASET_VERSION, dataset, "trained on", node, at));
    }
  }

  /** MLflow's fields, where run and description may be null. */
  private static Map<String, @Nullable Object> data(Version version) {
    var data = new LinkedHashMap<String, @Nullable Object>();
    data.put("name", version.model());
    data.put("version", Integer.toString(version.number()));
    data.put("source", version.source());
    data.put("run_id", version.run().orElse(null));
    data.put("tags", KeyValue.map(version.tags()));
    data.put("description", version.description().isEmpty() ? null : version.description());
    return data;
  }

  /** Publishes, in the caller's transaction, what a version was made from. */
  void madeFrom(Version version, Digest older) {
    version
        .file()
        .ifPresent(file ->
            arrow(
                version.project(),
                Kind.MODEL_VERSION,
                older,
                "made from",
                new LineageNode(
                    Kind.MODEL_VERSION, file.digest(), version.model() + " " + version.number()),
                Instant.ofEpochMilli(version.createdMillis())));
  }

  private void arrow(
      Name project, Kind kind, Digest from, String verb, LineageNode to, Instant at) {
    var label =
        nodes
            .label(project, from)
            .orElseGet(
                () -> (kind == Kind.DATASET_VERSION ? "dataset " : "model ") + from.abbreviated());
    queue.publish(new LineageLinked(project, new LineageNode(kind, from, label), verb, to, at));
  }
}
