package dev.fovea.lab.remote;

import dev.fovea.lab.fleet.LabProperties;
import dev.fovea.lab.fleet.Orders;
import dev.fovea.roles.queue.Queue;
import dev.fovea.store.ObjectStore;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The parts that agents elsewhere talk to. */
@Configuration(proxyBeanMethods = false)
public class RemoteConfiguration {
  /** After the filters that find out who calls. */
  private static final int FILTER_ORDER = 0;

  @Bean
  RemoteDevices labRemoteDevices(JdbcClient jdbc, JsonMapper json) {
    return new RemoteDevices(jdbc, json);
  }

  @Bean
  Invitations labInvitations(JdbcClient jdbc, AgentProperties properties) {
    return new Invitations(jdbc, properties.codeLasts());
  }

  @Bean
  AgentTokens labAgentTokens(JdbcClient jdbc, AgentProperties properties) {
    return new AgentTokens(jdbc, properties.tokenLasts());
  }

  @Bean
  AgentsEndpoint labAgentsEndpoint(
      Invitations invitations,
      RemoteDevices devices,
      JdbcClient jdbc,
      ObjectStore objects,
      PlatformTransactionManager transactions,
      @Qualifier("labQueue") Queue queue) {
    return new AgentsEndpoint(
        invitations, devices, jdbc, objects, new TransactionTemplate(transactions), queue::publish);
  }

  @Bean
  Results labResults(
      RemoteDevices devices,
      Orders orders,
      ObjectStore objects,
      JsonMapper json,
      PlatformTransactionManager transactions,
      @Qualifier("labQueue") Queue queue,
      LabProperties lab) {
    return new Results(
        devices,
        orders,
        objects,
        json,
        new TransactionTemplate(transactions),
        new Acts(queue::publish),
        lab.longestJob());
  }

  @Bean
  AgentEndpoint labAgentEndpoint(
      Invitations invitations,
      RemoteDevices devices,
      AgentTokens tokens,
      Orders orders,
      Results results,
      ObjectStore objects,
      PlatformTransactionManager transactions,
      @Qualifier("labQueue") Queue queue,
      LabProperties lab,
      AgentProperties properties) {
    var joining =
        new Joining(
            invitations,
            devices,
            tokens,
            new TransactionTemplate(transactions),
            new Acts(queue::publish));
    var halfOfSilence = lab.lostAfter().dividedBy(2);
    Duration poll =
        properties.longestPoll().compareTo(halfOfSilence) < 0
            ? properties.longestPoll()
            : halfOfSilence;
    return new AgentEndpoint(
        joining,
        tokens,
        devices,
        orders,
        results,
        objects,
        new AgentEndpoint.Times(poll, lab.lease().dividedBy(3)),
        properties);
  }

  @Bean
  FilterRegistrationBean<BoundedBodies> labBoundedBodies(
      AgentProperties properties, JsonMapper json) {
    var registration =
        new FilterRegistrationBean<>(new BoundedBodies(properties.largestBody().toBytes(), json));
    registration.addUrlPatterns("/api/v1/lab/agents/*");
    registration.setOrder(FILTER_ORDER);
    return registration;
  }
}
