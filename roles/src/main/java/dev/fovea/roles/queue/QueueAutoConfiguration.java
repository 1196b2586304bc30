package dev.fovea.roles.queue;

import dev.fovea.roles.ActiveRoles;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import tools.jackson.databind.json.JsonMapper;

/** Puts the queues and the inbox into the application. */
@AutoConfiguration
@EnableConfigurationProperties(QueueProperties.class)
public class QueueAutoConfiguration {
  @Bean
  Deliveries deliveries(
      ActiveRoles active,
      ObjectProvider<Subscription> subscriptions,
      ObjectProvider<Handler<?>> handlers,
      ObjectProvider<HttpServiceProxyRegistry> remotes,
      JsonMapper json) {
    return new Deliveries(active, subscriptions, handlers, remotes, json);
  }

  @Bean
  SmartInitializingSingleton everySubscriptionHasItsHandler(Deliveries deliveries) {
    return deliveries::verify;
  }

  @Bean
  Queues queues(
      ObjectProvider<DataSource> database,
      ObjectProvider<PlatformTransactionManager> transactions,
      Deliveries deliveries,
      QueueProperties properties,
      JsonMapper json) {
    return new Queues(database, transactions, deliveries, properties, json);
  }

  @Bean
  InboxEndpoint inboxEndpoint(Deliveries deliveries) {
    return new InboxEndpoint(deliveries);
  }
}
