package dev.fovea.metrics;

import dev.fovea.roles.StateCounts;
import dev.fovea.roles.queue.Queue;
import dev.fovea.store.ObjectStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts Fovea's own figures among the metrics. */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {
  @Bean
  ServiceMetrics serviceMetrics(ObjectProvider<Queue> queues, ObjectProvider<StateCounts> states) {
    return new ServiceMetrics(
        queues.stream().toList(), states.stream().toList(), Clock.systemUTC());
  }

  /** Static and lazy, since whatever a post-processor needs is made too early to be processed. */
  @Bean
  static BeanPostProcessor meteredObjects(ObjectProvider<MeterRegistry> registry) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof ObjectStore store && !(bean instanceof MeteredObjectStore)
            ? new MeteredObjectStore(store, registry.getObject())
            : bean;
      }
    };
  }
}
