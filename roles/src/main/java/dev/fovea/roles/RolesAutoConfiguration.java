package dev.fovea.roles;

import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import tools.jackson.databind.json.JsonMapper;

/** Puts the queues and the inbox into the application. */
@AutoConfiguration
@EnableConfigurationProperties({QueueProperties.class, InternalCalls.class, Schemas.Settings.class})
public class RolesAutoConfiguration {
  @Bean
  ActiveRoles activeRoles(Environment environment) {
    return ActiveRoles.of(environment);
  }

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

  /** Asked for by services that have a schema, so a process of pages alone needs no database. */
  @Bean
  @Lazy
  Schemas schemas(DataSource database, Schemas.Settings settings) {
    return new Schemas(database, settings);
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
