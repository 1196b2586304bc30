package dev.fovea.pipelines.boot;

import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.Frames;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.pipelines.Hooks;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.Retrainings;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.feedback.FrameReturn;
import dev.fovea.pipelines.hook.HookConfiguration;
import dev.fovea.pipelines.job.BatchRuns;
import dev.fovea.pipelines.release.ReleaseConfiguration;
import dev.fovea.pipelines.retrain.RetrainConfiguration;
import dev.fovea.pipelines.status.StatusConfiguration;
import dev.fovea.registry.ModelVersionRegistered;
import dev.fovea.roles.ConditionalOnRemoteRole;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.StateCounts;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Inbox;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Queues;
import dev.fovea.roles.queue.Subscription;
import dev.fovea.roles.queue.Work;
import dev.fovea.roles.schema.Schemas;
import dev.fovea.rollouts.FramesSeen;
import dev.fovea.rollouts.RolloutEnded;
import dev.fovea.store.ObjectStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.service.registry.ImportHttpServices;

/** The jobs: their beans where their role runs, a proxy of their APIs elsewhere. */
@AutoConfiguration(before = HttpServiceClientAutoConfiguration.class)
public class PipelinesService {
  @Bean
  static Subscription releaseOnRegistration() {
    return new Subscription(ServiceRole.PIPELINES, ModelVersionRegistered.class);
  }

  @Bean
  static Subscription goOnAfterProfiling() {
    return new Subscription(ServiceRole.PIPELINES, ProfileFinished.class);
  }

  @Bean
  static Subscription noteEndOfRollout() {
    return new Subscription(ServiceRole.PIPELINES, RolloutEnded.class);
  }

  @Bean
  static Subscription retrainOnCommit() {
    return new Subscription(ServiceRole.PIPELINES, DatasetCommitted.class);
  }

  @Bean
  static Subscription bringFramesBack() {
    return new Subscription(ServiceRole.PIPELINES, FramesSeen.class);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRole(ServiceRole.PIPELINES)
  @Import({
    LauncherConfiguration.class,
    ReleaseConfiguration.class,
    RetrainConfiguration.class,
    HookConfiguration.class,
    StatusConfiguration.class
  })
  static class Here {
    @Bean
    Flyway pipelinesSchema(Schemas schemas) {
      return schemas.open(ServiceRole.PIPELINES);
    }

    @Bean
    Queue pipelinesQueue(
        Queues queues,
        @Qualifier("releaseWork") Work<?> release,
        @Qualifier("jobWatchWork") Work<?> watch,
        @Qualifier("retrainWork") Work<?> retrain,
        @Qualifier("hookWork") Work<?> hook,
        @Qualifier("statusWork") Work<?> status) {
      return queues.open(ServiceRole.PIPELINES, List.of(release, watch, retrain, hook, status));
    }

    @Bean
    StateCounts releaseStates(JdbcClient jdbc) {
      return new StateCounts(
          "fovea.releases",
          "Releases by their state.",
          Arrays.stream(Release.State.values()).map(Enum::name).toList(),
          () ->
              jdbc
                  .sql("select state, count(*) as n from pipelines.release group by state")
                  .query((row, _) -> Map.entry(row.getString("state"), row.getLong("n")))
                  .list()
                  .stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    @Bean
    Handler<FramesSeen> framesComeBack(Frames frames) {
      return new FrameReturn(frames).onFramesSeen();
    }

    @Bean
    Artefacts artefacts(JdbcClient jdbc, ObjectStore objects) {
      return new Artefacts(jdbc, objects);
    }

    @Bean
    Exports exports(Artefacts artefacts, ObjectStore objects) {
      return new Exports(artefacts, objects);
    }

    @Bean
    BatchRuns batchRuns(JobRepository jobs, JobOperator operator) {
      return new BatchRuns(jobs, operator);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRemoteRole(ServiceRole.PIPELINES)
  @ImportHttpServices(
      group = "pipelines",
      types = {Releases.class, Retrainings.class, Hooks.class, Inbox.class})
  static class Elsewhere {}
}
