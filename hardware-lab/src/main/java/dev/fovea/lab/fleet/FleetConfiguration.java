package dev.fovea.lab.fleet;

import dev.fovea.kernel.Name;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Work;
import dev.fovea.store.ObjectStore;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The lab's parts. */
@Configuration(proxyBeanMethods = false)
public class FleetConfiguration {
  /** Which device has jobs. */
  public record Wanted(Name device) {}

  @Bean
  Devices labDevices(JdbcClient jdbc, JsonMapper json, LabProperties properties) {
    return new Devices(jdbc, json, properties.lease(), properties.lostAfter());
  }

  @Bean
  Jobs labJobs(JdbcClient jdbc, JsonMapper json) {
    return new Jobs(jdbc, json);
  }

  @Bean
  Presence labPresence(List<DeviceAgent> agents, Devices devices, LabProperties properties) {
    return new Presence(agents, devices, properties.lostAfter().dividedBy(3));
  }

  /**
   * The provider breaks the circle: the queue knows its work, and the work publishes through the
   * queue.
   */
  @Bean
  Work<Wanted> labWork(ObjectProvider<Workbench> bench) {
    return new Work<>(
        "profile", Wanted.class, wanted -> bench.getObject().workOff(wanted.device()));
  }

  @Bean
  Orders labOrders(
      Devices devices,
      Jobs jobs,
      PlatformTransactionManager transactions,
      @Qualifier("labQueue") Queue queue) {
    return new Orders(devices, jobs, new TransactionTemplate(transactions), queue::publish);
  }

  @Bean
  Workbench labWorkbench(
      List<DeviceAgent> agents,
      Orders orders,
      ObjectStore objects,
      JsonMapper json,
      LabProperties properties) {
    return new Workbench(
        agents,
        orders,
        objects,
        json,
        new Workbench.Limits(properties.lease().dividedBy(3), properties.longestJob()));
  }

  @Bean
  LabEndpoint labEndpoint(
      Devices devices,
      Jobs jobs,
      PlatformTransactionManager transactions,
      @Qualifier("labQueue") Queue queue,
      Work<Wanted> work) {
    return new LabEndpoint(
        devices,
        jobs,
        new TransactionTemplate(transactions),
        device -> queue.enqueue(work, device.text(), new Wanted(device)));
  }
}
