package dev.fovea.registry.webhooks;

import dev.fovea.registry.webhooks.outbound.Lookup;
import dev.fovea.registry.webhooks.outbound.Post;
import dev.fovea.registry.webhooks.outbound.Reach;
import dev.fovea.registry.webhooks.outbound.Trust;
import dev.fovea.roles.queue.Work;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the webhooks together. */
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {
  /** The queue holds it, and it needs the queue: so it asks for the courier when it runs. */
  @Bean
  static Work<Wakeup.Ring> webhookWork(ObjectProvider<Courier> courier) {
    return new Work<>(
        "webhook", Wakeup.Ring.class, ring -> courier.getObject().round(ring.webhook()));
  }

  @Bean
  Reach webhookReach(WebhookProperties properties) {
    return new Reach(properties.allowed());
  }

  @Bean
  Post webhookPost(WebhookProperties properties, Reach reach, ObjectProvider<Lookup> lookup) {
    return new Post(
        reach,
        lookup.getIfAvailable(() -> host -> List.of(InetAddress.getAllByName(host))),
        properties.timeout(),
        Trust.with(Optional.ofNullable(properties.caFile()), "fovea.registry.webhooks.ca-file"));
  }
}
