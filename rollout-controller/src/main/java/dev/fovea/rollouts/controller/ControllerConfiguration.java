package dev.fovea.rollouts.controller;

import dev.fovea.rollouts.VersionCheck;
import dev.fovea.rollouts.capture.LiveRollouts;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.packaging.ModelImages;
import dev.fovea.rollouts.router.TrafficRouter;
import dev.fovea.rollouts.servers.ModelServers;
import dev.fovea.rollouts.turns.Turn;
import dev.fovea.rollouts.turns.Turns;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The controller's beans. Needs an {@link Outbox}, a {@link VersionCheck}, images, servers and a
 * router.
 */
@Configuration(proxyBeanMethods = false)
@Import(RolloutsEndpoint.class)
public class ControllerConfiguration {
  // How long a new split may take until every request follows it.
  private static final Duration SETTLE = Duration.ofSeconds(5);

  // Steps of rollouts run on it; closing it waits for none that could be done again.
  @Bean(destroyMethod = "shutdownNow")
  ExecutorService rolloutSteps() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }

  @Bean
  Courses courses(JdbcClient db, JsonMapper json) {
    return new Courses(db, json);
  }

  @Bean
  Turns turns(DataSource database) {
    return new Turns(database);
  }

  @Bean
  Transitions transitions(
      Turn turn, Courses courses, Outbox outbox, PlatformTransactionManager transactions) {
    return new Transitions(
        turn, courses, outbox, new TransactionTemplate(transactions), Clock.systemUTC());
  }

  @Bean
  Function<Course, Judge> judges(RolloutsProperties properties) {
    return course -> new Judge(course.plan().canary(), properties.slowTolerance());
  }

  @Bean
  Reconciler reconciler(
      Turn turn,
      Courses courses,
      Transitions transitions,
      VersionCheck versions,
      ModelImages images,
      ModelServers servers,
      TrafficRouter router,
      Function<Course, Judge> judges,
      RolloutsProperties properties,
      @Qualifier("rolloutSteps") ExecutorService threads) {
    var watch = new Watch(router, SETTLE, System::nanoTime);
    var complaints = new Complaints();
    var traffic =
        new Traffic(
            turn, courses, transitions, servers, router, watch, properties.patience(), complaints);
    var steps = new NextSteps(courses, transitions, versions, images, traffic, watch, judges);
    return new Reconciler(turn, courses, transitions, steps, traffic, complaints, threads);
  }

  @Bean
  LiveRollouts liveRollouts(Courses courses) {
    return new LiveCourses(courses, Clock.systemUTC());
  }

  @Bean
  Views views(
      Courses courses,
      ModelServers servers,
      TrafficRouter router,
      Function<Course, Judge> judges,
      JsonMapper json) {
    return new Views(courses, servers, router, judges, json);
  }

  @Bean
  Heartbeat heartbeat(Reconciler reconciler, RolloutsProperties properties) {
    return new Heartbeat(reconciler, properties.tick());
  }
}
