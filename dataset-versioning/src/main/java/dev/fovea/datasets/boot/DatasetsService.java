package dev.fovea.datasets.boot;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Frames;
import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.PipelineStages;
import dev.fovea.datasets.Projects;
import dev.fovea.datasets.SignedVersions;
import dev.fovea.datasets.versions.Announcements;
import dev.fovea.roles.ConditionalOnRemoteRole;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Inbox;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Queues;
import dev.fovea.roles.schema.Schemas;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.registry.ImportHttpServices;

/** The dataset service, here or elsewhere. */
@AutoConfiguration(before = HttpServiceClientAutoConfiguration.class)
public class DatasetsService {
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRole(ServiceRole.DATASETS)
  @ComponentScan(
      basePackages = {
        "dev.fovea.datasets.annotation",
        "dev.fovea.datasets.dvc",
        "dev.fovea.datasets.frames",
        "dev.fovea.datasets.git",
        "dev.fovea.datasets.history",
        "dev.fovea.datasets.quality",
        "dev.fovea.datasets.repository",
        "dev.fovea.datasets.signing",
        "dev.fovea.datasets.stages",
        "dev.fovea.datasets.versions"
      })
  @ConfigurationPropertiesScan("dev.fovea.datasets")
  static class Here {
    @Bean
    Flyway datasetsSchema(Schemas schemas) {
      return schemas.open(ServiceRole.DATASETS);
    }

    @Bean
    Queue datasetsQueue(Queues queues) {
      return queues.open(ServiceRole.DATASETS, List.of());
    }

    @Bean
    Announcements datasetsAnnouncements(@Qualifier("datasetsQueue") Queue queue) {
      return queue::publish;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRemoteRole(ServiceRole.DATASETS)
  @ImportHttpServices(
      group = "datasets",
      types = {
        Annotation.class,
        Datasets.class,
        Frames.class,
        ImageHistories.class,
        PipelineStages.class,
        Projects.class,
        SignedVersions.class,
        Inbox.class
      })
  static class Elsewhere {}
}
