package dev.fovea.pipelines.status;

import dev.fovea.registry.webhooks.outbound.Lookup;
import dev.fovea.registry.webhooks.outbound.Post;
import dev.fovea.registry.webhooks.outbound.Reach;
import dev.fovea.registry.webhooks.outbound.Trust;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Work;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the statuses together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StatusProperties.class)
public class StatusConfiguration {
  /** The provider breaks the circle: the queue knows its work, and the work enqueues itself. */
  @Bean
  Work<Due> statusWork(ObjectProvider<StatusRounds> rounds) {
    return new Work<>("status", Due.class, due -> rounds.getObject().round(due));
  }

  @Bean
  StatusRows statusRows(JdbcClient jdbc) {
    return new StatusRows(jdbc);
  }

  @Bean
  CommitStatuses commitStatuses(
      StatusProperties properties,
      StatusRows rows,
      @Qualifier("pipelinesQueue") Queue queue,
      @Qualifier("statusWork") Work<Due> work) {
    return new CommitStatuses(places(properties), rows, due -> queue.enqueue(work, due.id(), due));
  }

  @Bean
  StatusRounds statusRounds(
      StatusProperties properties,
      StatusRows rows,
      Standings standings,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      @Qualifier("statusWork") Work<Due> work) {
    return new StatusRounds(
        places(properties),
        properties,
        rows,
        standings,
        host(properties),
        new TransactionTemplate(transactions),
        queue::publish,
        (due, pause) -> queue.enqueue(work, due.id(), due, pause));
  }

  /** Where the configuration names a host, it may be inside. */
  private static GitHost host(StatusProperties properties) {
    var named =
        Stream.concat(
                Stream.of(properties.api()),
                properties.repositories().stream()
                    .flatMap(repository -> Optional.ofNullable(repository.api()).stream()))
            .map(StatusConfiguration::hostOf)
            .distinct()
            .toList();
    var reach = new Reach(named, "fovea.pipelines.statuses.api");
    Lookup lookup = host -> List.of(InetAddress.getAllByName(host));
    var trust =
        Trust.with(Optional.ofNullable(properties.caFile()), "fovea.pipelines.statuses.ca-file");
    return new GitHost(new Post(reach, lookup, properties.timeout(), trust), reach);
  }

  private static String hostOf(URI api) {
    return api.getHost().replaceAll("[\\[\\]]", "");
  }

  private static List<Place> places(StatusProperties properties) {
    return properties.repositories().stream()
        .map(repository -> Place.of(properties, repository))
        .toList();
  }
}
