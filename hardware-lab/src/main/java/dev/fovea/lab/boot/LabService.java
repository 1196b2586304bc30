package dev.fovea.lab.boot;

import dev.fovea.lab.Agents;
import dev.fovea.lab.Lab;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.lab.agent.local.LocalCpu;
import dev.fovea.lab.fleet.FleetConfiguration;
import dev.fovea.lab.fleet.LabProperties;
import dev.fovea.lab.remote.AgentProperties;
import dev.fovea.lab.remote.RemoteConfiguration;
import dev.fovea.roles.ConditionalOnRemoteRole;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Inbox;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Queues;
import dev.fovea.roles.queue.Work;
import dev.fovea.roles.schema.Schemas;
import dev.fovea.store.ObjectStore;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.service.registry.ImportHttpServices;

/** The lab: its beans where its role runs, a proxy of its API elsewhere. */
@AutoConfiguration(before = HttpServiceClientAutoConfiguration.class)
public class LabService {
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRole(ServiceRole.LAB)
  @EnableConfigurationProperties({LabProperties.class, AgentProperties.class})
  @Import({FleetConfiguration.class, RemoteConfiguration.class})
  static class Here {
    @Bean
    Flyway labSchema(Schemas schemas) {
      return schemas.open(ServiceRole.LAB);
    }

    @Bean
    Queue labQueue(Queues queues, Work<FleetConfiguration.Wanted> profile) {
      return queues.open(ServiceRole.LAB, List.of(profile));
    }

    @Bean
    DeviceAgent localCpu(LabProperties properties, ObjectStore objects) {
      return new LocalCpu(properties.local(), objects::local);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRemoteRole(ServiceRole.LAB)
  @ImportHttpServices(
      group = "lab",
      types = {Lab.class, Agents.class, Inbox.class})
  static class Elsewhere {}
}
