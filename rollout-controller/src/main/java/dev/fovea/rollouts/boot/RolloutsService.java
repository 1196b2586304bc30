package dev.fovea.rollouts.boot;

import dev.fovea.roles.ConditionalOnRemoteRole;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.StateCounts;
import dev.fovea.roles.queue.Inbox;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Queues;
import dev.fovea.roles.schema.Schemas;
import dev.fovea.rollouts.FrameAccess;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.rollouts.capture.FrameSinks;
import dev.fovea.rollouts.capture.LiveRollouts;
import dev.fovea.rollouts.capture.ModelServerTokens;
import dev.fovea.rollouts.capture.PodFrames;
import dev.fovea.rollouts.controller.ControllerConfiguration;
import dev.fovea.rollouts.controller.Outbox;
import dev.fovea.rollouts.controller.RolloutsProperties;
import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.KubernetesModelServers;
import dev.fovea.rollouts.kubernetes.KubernetesProperties;
import dev.fovea.rollouts.kubernetes.routes.GatewayApiRouter;
import dev.fovea.rollouts.packaging.JibModelImages;
import dev.fovea.rollouts.packaging.ModelImages;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.router.InferenceGateway;
import dev.fovea.rollouts.router.RouterLimits;
import dev.fovea.rollouts.router.TrafficRouter;
import dev.fovea.rollouts.router.WeightedRouter;
import dev.fovea.rollouts.servers.InProcessModelServers;
import dev.fovea.rollouts.servers.ModelServers;
import dev.fovea.rollouts.servers.ScrapeTargets;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.rollouts.turns.Turn;
import dev.fovea.serving.FramesToken;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.service.registry.ImportHttpServices;

/** Rollouts: the beans where the role runs, a proxy of the API elsewhere. */
@AutoConfiguration(before = HttpServiceClientAutoConfiguration.class)
public class RolloutsService {
  private static final int PERCENT = 100;
  private static final Duration FRAMES_PATIENCE = Duration.ofSeconds(30);
  private static final String NAMESPACE = "fovea.rollouts.kubernetes.namespace";
  private static final String FRAMES_TOKEN = "fovea.rollouts.kubernetes.frames-token-file";

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRole(ServiceRole.ROLLOUTS)
  @EnableConfigurationProperties(RolloutsProperties.class)
  @Import(ControllerConfiguration.class)
  static class Here {
    @Bean
    Flyway rolloutsSchema(Schemas schemas) {
      return schemas.open(ServiceRole.ROLLOUTS);
    }

    @Bean
    Queue rolloutsQueue(Queues queues) {
      return queues.open(ServiceRole.ROLLOUTS, List.of());
    }

    @Bean
    Outbox rolloutsOutbox(@Qualifier("rolloutsQueue") Queue queue) {
      return queue::publish;
    }

    @Bean
    StateCounts rolloutStates(JdbcClient jdbc) {
      return new StateCounts(
          "fovea.rollouts",
          "Rollouts by their state.",
          Arrays.stream(Rollout.State.values()).map(Enum::name).toList(),
          () ->
              jdbc
                  .sql("select state, count(*) as n from rollouts.rollout group by state")
                  .query((row, _) -> Map.entry(row.getString("state"), row.getLong("n")))
                  .list()
                  .stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    @Bean
    ScrapeTargets scrapeTargets(ModelServers servers) {
      return new ScrapeTargets(servers);
    }

    @Bean
    FrameSinks frameSinks(
        ObjectStore objects, Outbox outbox, PlatformTransactionManager transactions) {
      var transaction = new TransactionTemplate(transactions);
      return new FrameSinks(
          objects, event -> transaction.executeWithoutResult(_ -> outbox.publish(event)));
    }

    @Bean
    FrameAccess frameAccess(ObjectProvider<FramesToken> secret, LiveRollouts rollouts) {
      return new ModelServerTokens(Optional.ofNullable(secret.getIfAvailable()), rollouts);
    }

    @Bean
    PodFrames podFrames(LiveRollouts rollouts, FrameSinks sinks) {
      return new PodFrames(rollouts, sinks, Clock.systemUTC(), FRAMES_PATIENCE);
    }

    @Bean
    ModelImages modelImages(RolloutsProperties properties, ObjectStore objects) {
      var packaging = properties.packaging();
      var folder = packaging.folderOrDefault();
      return packaging
          .registrySettings()
          .map(registry -> JibModelImages.inRegistry(folder, packaging.base(), objects, registry))
          .orElseGet(() -> JibModelImages.inLayout(folder, packaging.base(), objects));
    }
  }

  /** Whether no cluster is named. */
  static final class NoCluster extends NoneNestedConditions {
    NoCluster() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty(NAMESPACE)
    static final class Named {}
  }

  /** Model servers and the split in this process. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRole(ServiceRole.ROLLOUTS)
  @Conditional(NoCluster.class)
  static class Embedded {
    @Bean
    WeightedRouter weightedRouter() {
      return new WeightedRouter(() -> ThreadLocalRandom.current().nextInt(PERCENT));
    }

    @Bean
    InferenceGateway inferenceGateway(WeightedRouter router) {
      return new InferenceGateway(router, RouterLimits.STANDARD);
    }

    @Bean
    InProcessModelServers modelServers(
        ObjectStore objects, TrafficRouter router, FrameSinks sinks) {
      return new InProcessModelServers(
          objects, served -> sinks.of(served, () -> arm(router, served)));
    }

    private static String arm(TrafficRouter router, Served served) {
      return router
          .split(new Deployment(served.project(), served.plan().model()))
          .map(split ->
              split.stable().rollout().equals(served.rollout())
                  ? "stable"
                  : split.shadows() ? "shadow" : "canary")
          .orElse("canary");
    }
  }

  /** Model servers and the split in a cluster. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRole(ServiceRole.ROLLOUTS)
  @ConditionalOnProperty(NAMESPACE)
  @EnableConfigurationProperties(KubernetesProperties.class)
  static class InCluster {
    @Bean
    Cluster cluster(KubernetesProperties properties) {
      return Cluster.connect(properties.kubeconfig());
    }

    @Bean
    @ConditionalOnProperty(FRAMES_TOKEN)
    FramesToken framesToken(KubernetesProperties properties) throws IOException {
      var file = Objects.requireNonNull(properties.framesTokenFile());
      try (var lines = Files.lines(file)) {
        return FramesToken.from(lines.findFirst().orElse("").strip());
      } catch (IllegalArgumentException e) {
        throw new FailureAnalyzedException(
            "The model servers' token in %s is too short: %s".formatted(file, e.getMessage()),
            "Write a longer one under 'frames-token' into the model servers' Secret and into that file, for example: openssl rand -hex 32");
      } catch (NoSuchFileException e) {
        throw new FailureAnalyzedException(
            "fovea.rollouts.kubernetes.frames-token-file is %s, and there is no such file."
                .formatted(file),
            "Put what the model servers' Secret has under 'frames-token' there, or leave frames-token-file and frames-url out: then pods take no frames.");
      }
    }

    @Bean
    KubernetesModelServers kubernetesModelServers(
        Cluster cluster, KubernetesProperties properties, ModelImages images) {
      return new KubernetesModelServers(cluster, properties, images::reference, Clock.systemUTC());
    }

    @Bean
    GatewayApiRouter gatewayApiRouter(Cluster cluster, KubernetesProperties properties, Turn turn) {
      return new GatewayApiRouter(cluster, properties, turn, System::nanoTime);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRemoteRole(ServiceRole.ROLLOUTS)
  @ImportHttpServices(
      group = "rollouts",
      types = {Rollouts.class, Inbox.class})
  static class Elsewhere {}
}
