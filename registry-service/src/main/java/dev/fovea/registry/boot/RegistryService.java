package dev.fovea.registry.boot;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.registry.Access;
import dev.fovea.registry.AuditLog;
import dev.fovea.registry.KnownPeople;
import dev.fovea.registry.Lineage;
import dev.fovea.registry.Models;
import dev.fovea.registry.RunViews;
import dev.fovea.registry.Runs;
import dev.fovea.registry.SignIns;
import dev.fovea.registry.SignedModels;
import dev.fovea.registry.SweepResults;
import dev.fovea.registry.Webhooks;
import dev.fovea.registry.alerts.AlertProperties;
import dev.fovea.registry.artifacts.ArtifactLimits;
import dev.fovea.registry.audit.AuditRows;
import dev.fovea.registry.lineage.LineageLinks;
import dev.fovea.registry.login.LoginProperties;
import dev.fovea.registry.oidc.OidcProperties;
import dev.fovea.registry.signing.ModelSigningProperties;
import dev.fovea.registry.sweep.SweepProperties;
import dev.fovea.registry.webhooks.WebhookProperties;
import dev.fovea.roles.ConditionalOnRemoteRole;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Inbox;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Queues;
import dev.fovea.roles.queue.Subscription;
import dev.fovea.roles.queue.Work;
import dev.fovea.roles.schema.Schemas;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.registry.ImportHttpServices;

/** The registry where its role is active, else the way to it. */
@AutoConfiguration(before = HttpServiceClientAutoConfiguration.class)
public class RegistryService {
  @Bean
  static Subscription registryHearsOfLineage() {
    return new Subscription(ServiceRole.REGISTRY, LineageLinked.class);
  }

  @Bean
  static Subscription registryHearsOfActs() {
    return new Subscription(ServiceRole.REGISTRY, Audited.class);
  }

  /** It runs in this process. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRole(ServiceRole.REGISTRY)
  @EnableConfigurationProperties({
    ArtifactLimits.class,
    OidcProperties.class,
    LoginProperties.class,
    ModelSigningProperties.class,
    WebhookProperties.class,
    AlertProperties.class,
    SweepProperties.class
  })
  @ComponentScan({
    "dev.fovea.registry.tracking",
    "dev.fovea.registry.metrics",
    "dev.fovea.registry.artifacts",
    "dev.fovea.registry.models",
    "dev.fovea.registry.mlflow",
    "dev.fovea.registry.lineage",
    "dev.fovea.registry.audit",
    "dev.fovea.registry.access",
    "dev.fovea.registry.oidc",
    "dev.fovea.registry.login",
    "dev.fovea.registry.sweep",
    "dev.fovea.registry.signing",
    "dev.fovea.registry.webhooks",
    "dev.fovea.registry.alerts"
  })
  static class Here {
    @Bean
    Flyway registrySchema(Schemas schemas) {
      return schemas.open(ServiceRole.REGISTRY);
    }

    @Bean
    Queue registryQueue(
        Queues queues,
        @Qualifier("webhookWork") Work<?> webhookWork,
        @Qualifier("roundsWork") Work<?> roundsWork,
        @Qualifier("sweepRoundsWork") Work<?> sweepRoundsWork) {
      return queues.open(ServiceRole.REGISTRY, List.of(webhookWork, roundsWork, sweepRoundsWork));
    }

    @Bean
    Handler<LineageLinked> keepLineage(LineageLinks links) {
      return Handler.of(ServiceRole.REGISTRY, LineageLinked.class, links::draw);
    }

    @Bean
    Handler<Audited> keepActs(AuditRows rows) {
      return Handler.of(ServiceRole.REGISTRY, Audited.class, rows::append);
    }
  }

  /** It runs elsewhere. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRemoteRole(ServiceRole.REGISTRY)
  @ImportHttpServices(
      group = "registry",
      types = {
        Runs.class,
        RunViews.class,
        SweepResults.class,
        Models.class,
        SignedModels.class,
        Lineage.class,
        AuditLog.class,
        Access.class,
        SignIns.class,
        KnownPeople.class,
        Webhooks.class,
        Inbox.class
      })
  static class Elsewhere {}
}
