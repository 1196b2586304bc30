package dev.fovea.pipelines.hook;

import dev.fovea.datasets.Datasets;
import dev.fovea.pipelines.Releases;
import dev.fovea.registry.Models;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Work;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Puts the hook together. */
@Configuration(proxyBeanMethods = false)
public class HookConfiguration {
  @Bean
  HookRows hookRows(JdbcClient jdbc, JsonMapper json) {
    return new HookRows(jdbc, json);
  }

  @Bean
  HookWork hookRunner(
      HookRows rows,
      Datasets datasets,
      Models models,
      @Qualifier("releasesEndpoint") Releases releases,
      PlatformTransactionManager transactions) {
    return new HookWork(rows, datasets, models, releases, new TransactionTemplate(transactions));
  }

  /** The provider breaks the circle: the queue knows its work, and releases use the queue. */
  @Bean
  Work<HookWork.Due> hookWork(ObjectProvider<HookWork> runner) {
    return new Work<>("hook", HookWork.Due.class, due -> runner.getObject().run(due));
  }

  @Bean
  HooksEndpoint hooksEndpoint(
      HookRows rows,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue) {
    return new HooksEndpoint(rows, new TransactionTemplate(transactions), queue::publish);
  }

  @Bean
  DeliveryEndpoint deliveryEndpoint(
      HookRows rows,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      Work<HookWork.Due> hookWork) {
    return new DeliveryEndpoint(
        rows, new TransactionTemplate(transactions), (id, due) -> queue.enqueue(hookWork, id, due));
  }
}
