package dev.fovea.web;

import dev.fovea.kernel.Caller;
import dev.fovea.pipelines.Retraining;
import dev.fovea.pipelines.Retrainings;
import dev.fovea.roles.Callers;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.thymeleaf.autoconfigure.ThymeleafAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * All pages over hand-written samples, on a port, without a database or a login: for eyes and for
 * tests. It carries no stereotype, so that no scan of the application finds it.
 */
@ComponentScan("dev.fovea.web")
@ImportAutoConfiguration({
  TomcatServletWebServerAutoConfiguration.class,
  DispatcherServletAutoConfiguration.class,
  HttpMessageConvertersAutoConfiguration.class,
  JacksonAutoConfiguration.class,
  WebMvcAutoConfiguration.class,
  ThymeleafAutoConfiguration.class,
  ServletWebSecurityAutoConfiguration.class,
  SecurityFilterAutoConfiguration.class
})
class PagesPreview {
  /** {@code PagesPreview [port]}. */
  public static void main(String[] args) {
    start(args.length > 0 ? Integer.parseInt(args[0]) : 4810);
  }

  static ConfigurableApplicationContext start(int port) {
    var application = new SpringApplication(PagesPreview.class);
    application.setDefaultProperties(
        Map.of("server.port", port, "spring.thymeleaf.cache", port == 0));
    return application.run();
  }

  @Bean
  SecurityFilterChain csrfAlone(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .headers(headers ->
            headers.contentSecurityPolicy(policy ->
                policy.policyDirectives(
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")))
        .build();
  }

  /** Everybody is grace, who may do everything that people may. */
  @Bean
  Filter grace() {
    var grace =
        new Caller("grace", "*", EnumSet.complementOf(EnumSet.copyOf(Caller.NOT_FOR_TOKENS)));
    return (request, response, chain) -> {
      try {
        Callers.as(
            grace,
            () -> {
              chain.doFilter(request, response);
              return true;
            });
      } catch (IOException | ServletException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new ServletException(e);
      }
    };
  }

  @Bean
  ObjectStore objects() {
    return new MemoryObjectStore();
  }

  @Bean
  SampleDatasets sampleDatasets(ObjectStore objects) throws IOException {
    return new SampleDatasets(objects);
  }

  @Bean
  SampleHistories sampleHistories(SampleDatasets datasets) {
    return new SampleHistories(datasets);
  }

  @Bean
  SampleStages sampleStages() {
    return new SampleStages();
  }

  @Bean
  SampleAnnotation sampleAnnotation(SampleDatasets datasets) {
    return new SampleAnnotation(datasets);
  }

  @Bean
  SampleReleases sampleReleases() {
    return new SampleReleases();
  }

  @Bean
  SampleRollouts sampleRollouts() {
    return new SampleRollouts();
  }

  @Bean
  SampleRegistry sampleRegistry(SampleDatasets datasets) {
    return new SampleRegistry(datasets);
  }

  @Bean
  SampleRuns sampleRuns(SampleRegistry registry, ObjectStore objects) throws IOException {
    return new SampleRuns(registry, objects);
  }

  @Bean
  SampleSweeps sampleSweeps() {
    return new SampleSweeps();
  }

  @Bean
  SampleTrace sampleTrace() {
    return new SampleTrace();
  }

  @Bean
  SampleAgents sampleAgents() {
    return new SampleAgents();
  }

  @Bean
  SampleWebhooks sampleWebhooks() {
    return new SampleWebhooks();
  }

  @Bean
  SampleAccess sampleAccess() {
    return new SampleAccess();
  }

  @Bean
  SampleLab sampleLab() {
    return new SampleLab();
  }

  @Bean
  Retrainings sampleRetrainings() {
    return project ->
        project.equals(Samples.PARCELS)
            ? List.of(
                new Retraining(
                    Samples.digest("retraining"),
                    Samples.READER,
                    Samples.digest("dataset 2"),
                    5,
                    "running",
                    Optional.empty(),
                    "head fitted on 96 images: epoch 3 of 10",
                    Samples.minutesAgo(2)))
            : List.<Retraining>of();
  }
}
