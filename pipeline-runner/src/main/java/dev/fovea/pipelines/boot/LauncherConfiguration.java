package dev.fovea.pipelines.boot;

import dev.fovea.pipelines.launch.HeavyJobs;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.PipelinesProperties;
import dev.fovea.pipelines.launch.kubernetes.Cluster;
import dev.fovea.pipelines.launch.kubernetes.KubernetesJobLauncher;
import dev.fovea.pipelines.launch.process.Commands;
import dev.fovea.pipelines.launch.process.Isolation;
import dev.fovea.pipelines.launch.process.LocalProcessLauncher;
import dev.fovea.store.ObjectStore;
import io.kubernetes.client.util.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Chooses the launcher that the configuration names. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PipelinesProperties.class)
class LauncherConfiguration {
  private static final int TIMEOUT_MILLIS = 10_000;

  /** How long the files of a job stay that nobody asks for any more. */
  private static final Duration KEPT = Duration.ofDays(7);

  @Bean
  JobLauncher jobLauncher(PipelinesProperties properties, ObjectStore objects) {
    return switch (properties.jobs().launcher()) {
      case PROCESS -> process(properties, objects);
      case KUBERNETES -> kubernetes(properties, objects);
    };
  }

  private static JobLauncher process(PipelinesProperties properties, ObjectStore objects) {
    var launcher =
        new LocalProcessLauncher(
            properties.jobs().folderOrDefault(),
            Commands.ofThisProcess(properties.python().interpreter().map(List::of)),
            objects,
            Isolation.available());
    launcher.sweep(KEPT);
    return launcher;
  }

  private static JobLauncher kubernetes(PipelinesProperties properties, ObjectStore objects) {
    var settings = properties.jobs().kubernetes();
    if (settings == null) {
      throw new IllegalArgumentException(
          "fovea.pipelines.jobs.launcher is kubernetes, and"
              + " fovea.pipelines.jobs.kubernetes.namespace, image and objects-secret are not set"
              + " (expected: all three)");
    }
    var python =
        Optional.ofNullable(settings.pythonImage())
            .flatMap(image ->
                properties
                    .python()
                    .interpreter()
                    .map(command -> new Cluster.Python(image, command)));
    var cluster =
        new Cluster(
            settings.namespace(),
            settings.image(),
            python,
            Optional.ofNullable(settings.pythonClaim()),
            settings.objectsSecret());
    try {
      var client =
          settings.kubeconfig() == null
              ? Config.defaultClient()
              : Config.fromConfig(settings.kubeconfig().toString());
      client.setConnectTimeout(TIMEOUT_MILLIS);
      client.setReadTimeout(TIMEOUT_MILLIS);
      return new KubernetesJobLauncher(cluster, client, objects);
    } catch (IOException e) {
      throw new UncheckedIOException("fovea.pipelines.jobs.kubernetes.kubeconfig", e);
    }
  }

  @Bean
  HeavyJobs heavyJobs(JobLauncher launcher, ObjectStore objects) {
    return new HeavyJobs(launcher, objects);
  }
}
