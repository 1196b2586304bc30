package dev.fovea.registry.mlflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.models.LoggedModel;
import dev.fovea.registry.models.RegisteredModel;
import dev.fovea.registry.models.Version;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.tracking.DatasetInput;
import dev.fovea.registry.tracking.DatasetSummary;
import dev.fovea.registry.tracking.Experiment;
import dev.fovea.registry.tracking.TrackedRun;
import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Hook;
import dev.fovea.registry.webhooks.outbound.Answer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * MLflow's messages, field by field as its protobuf definitions name them (mlflow 3.17.2,
 * service.proto, model_registry.proto and webhooks.proto). What is unset or empty is absent, a
 * 64-bit number is a number, and NaN is text.
 */
final class Wire {
  private Wire() {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record ExperimentMessage(
      String experimentId,
      String name,
      String artifactLocation,
      String lifecycleStage,
      long lastUpdateTime,
      long creationTime,
      List<KeyValue> tags,
      String workspace) {
    static ExperimentMessage of(Experiment experiment) {
      return new ExperimentMessage(
          Long.toString(experiment.id()),
          experiment.name(),
          experiment.artifactLocation(),
          experiment.lifecycle(),
          experiment.updatedMillis(),
          experiment.createdMillis(),
          experiment.tags(),
          experiment.project().text());
    }
  }

  @JsonInclude(Include.NON_EMPTY)
  record RunMessage(RunInfo info, RunData data, RunInputs inputs, RunOutputs outputs) {
    static RunMessage of(TrackedRun run) {
      return new RunMessage(
          RunInfo.of(run),
          new RunData(
              run.metrics().stream().map(MetricMessage::of).toList(), run.params(), run.tags()),
          new RunInputs(
              run.datasets().stream().map(DatasetInputMessage::of).toList(),
              run.models().stream()
                  .filter(model -> model.direction().equals("input"))
                  .map(model -> new ModelInput(model.model()))
                  .toList()),
          new RunOutputs(
              run.models().stream()
                  .filter(model -> model.direction().equals("output"))
                  .map(model -> new ModelOutput(model.model(), model.step()))
                  .toList()));
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record RunInfo(
      String runUuid,
      String experimentId,
      String runName,
      @JsonInclude(Include.ALWAYS) String userId,
      String status,
      long startTime,
      Optional<Long> endTime,
      String artifactUri,
      String lifecycleStage,
      String runId) {
    static RunInfo of(TrackedRun run) {
      return new RunInfo(
          run.id(),
          Long.toString(run.experiment()),
          run.name(),
          run.userId(),
          run.status(),
          run.startedMillis(),
          run.endedMillis(),
          run.artifactUri(),
          run.lifecycle(),
          run.id());
    }
  }

  @JsonInclude(Include.NON_EMPTY)
  record RunData(List<MetricMessage> metrics, List<KeyValue> params, List<KeyValue> tags) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record RunInputs(List<DatasetInputMessage> datasetInputs, List<ModelInput> modelInputs) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record RunOutputs(List<ModelOutput> modelOutputs) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record ModelInput(String modelId) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record ModelOutput(String modelId, long step) {}

  @JsonInclude(Include.NON_EMPTY)
  record DatasetInputMessage(List<KeyValue> tags, DatasetMessage dataset) {
    static DatasetInputMessage of(DatasetInput input) {
      return new DatasetInputMessage(
          input.tags(),
          new DatasetMessage(
              input.name(),
              input.digest(),
              input.sourceType(),
              input.source(),
              input.schema(),
              input.profile()));
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record DatasetMessage(
      String name,
      String digest,
      String sourceType,
      String source,
      Optional<String> schema,
      Optional<String> profile) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record DatasetSummaryMessage(
      String experimentId, String name, String digest, Optional<String> context) {
    static DatasetSummaryMessage of(DatasetSummary summary) {
      return new DatasetSummaryMessage(
          Long.toString(summary.experiment()), summary.name(), summary.digest(), summary.context());
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record MetricMessage(
      String key,
      double value,
      long timestamp,
      long step,
      String datasetName,
      String datasetDigest,
      Optional<String> modelId,
      Optional<String> runId) {
    static MetricMessage of(LoggedMetric metric) {
      return of(metric, Optional.empty());
    }

    static MetricMessage of(LoggedMetric metric, Optional<String> run) {
      return new MetricMessage(
          metric.key(),
          metric.value(),
          metric.atMillis(),
          metric.step(),
          metric.dataset(),
          metric.datasetDigest(),
          metric.model(),
          run);
    }
  }

  record LoggedModelMessage(LoggedModelInfo info, LoggedModelData data) {
    static LoggedModelMessage of(LoggedModel model) {
      return new LoggedModelMessage(
          new LoggedModelInfo(
              model.id(),
              Long.toString(model.experiment()),
              model.name(),
              model.createdMillis(),
              model.updatedMillis(),
              model.artifactUri(),
              model.status(),
              model.modelType(),
              model.sourceRun(),
              model.tags()),
          new LoggedModelData(
              model.params(),
              model.metrics().stream()
                  .map(measured -> MetricMessage.of(measured.metric(), Optional.of(measured.run())))
                  .toList()));
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record LoggedModelInfo(
      String modelId,
      String experimentId,
      String name,
      long creationTimestampMs,
      long lastUpdatedTimestampMs,
      String artifactUri,
      String status,
      @JsonInclude(Include.ALWAYS) String modelType,
      Optional<String> sourceRunId,
      List<KeyValue> tags) {}

  @JsonInclude(Include.NON_EMPTY)
  record LoggedModelData(List<KeyValue> params, List<MetricMessage> metrics) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record RegisteredModelMessage(
      String name,
      long creationTimestamp,
      long lastUpdatedTimestamp,
      Optional<String> description,
      List<VersionMessage> latestVersions,
      List<KeyValue> tags,
      List<AliasMessage> aliases) {
    static RegisteredModelMessage of(RegisteredModel model) {
      return new RegisteredModelMessage(
          model.name(),
          model.createdMillis(),
          model.updatedMillis(),
          model.description(),
          model.latest().stream().map(VersionMessage::of).toList(),
          model.tags(),
          model.aliases().stream()
              .map(alias -> new AliasMessage(alias.key(), alias.value()))
              .toList());
    }
  }

  record AliasMessage(String alias, String version) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record VersionMessage(
      String name,
      String version,
      long creationTimestamp,
      long lastUpdatedTimestamp,
      String currentStage,
      @JsonInclude(Include.ALWAYS) String description,
      String userId,
      String source,
      Optional<String> runId,
      String status,
      List<KeyValue> tags,
      @JsonInclude(Include.ALWAYS) String runLink,
      List<String> aliases,
      Optional<String> modelId) {
    static VersionMessage of(Version version) {
      return new VersionMessage(
          version.model(),
          Integer.toString(version.number()),
          version.createdMillis(),
          version.updatedMillis(),
          version.stage().text(),
          version.description(),
          version.userId(),
          version.source(),
          version.run(),
          "READY",
          version.tags(),
          version.runLink(),
          version.aliases(),
          version.loggedModel());
    }
  }

  /** A file of a listing; the digest is Fovea's own field, which other clients pass over. */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record FileMessage(
      String path,
      @JsonProperty("is_dir") boolean dir,
      Optional<Long> fileSize,
      Optional<String> digest) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record WebhookMessage(
      String webhookId,
      String name,
      String description,
      String url,
      List<WebhookEventMessage> events,
      String status,
      long creationTimestamp,
      long lastUpdatedTimestamp) {
    static WebhookMessage of(Hook hook) {
      return new WebhookMessage(
          hook.id(),
          hook.name(),
          hook.description(),
          hook.url(),
          hook.mlflows().stream().map(WebhookEventMessage::of).toList(),
          hook.active() ? "ACTIVE" : "DISABLED",
          hook.created().toEpochMilli(),
          hook.updated().toEpochMilli());
    }
  }

  record WebhookEventMessage(String entity, String action) {
    static WebhookEventMessage of(Event event) {
      return new WebhookEventMessage(
          event.entity().toUpperCase(Locale.ROOT), event.action().toUpperCase(Locale.ROOT));
    }
  }

  /** What a receiver said is never in it. */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record WebhookTestMessage(
      boolean success, Optional<Integer> responseStatus, String errorMessage) {
    static WebhookTestMessage of(Answer answer) {
      return new WebhookTestMessage(answer.isTaken(), answer.status(), answer.words());
    }
  }
}
