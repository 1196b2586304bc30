package dev.fovea.pipelines.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.boot.LabService;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.pipelines.fixture.FakeDatasets;
import dev.fovea.pipelines.fixture.FakeFrames;
import dev.fovea.pipelines.fixture.FakeRegistry;
import dev.fovea.pipelines.fixture.FakeRollouts;
import dev.fovea.pipelines.fixture.Shades;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.ModelVersionRegistered;
import dev.fovea.registry.Models;
import dev.fovea.roles.RolesAutoConfiguration;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.QueueAutoConfiguration;
import dev.fovea.roles.schema.SchemaAutoConfiguration;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.testkit.TestDatabase;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The real pipelines and the real lab in one process, with their queues, on the example's own
 * PyTorch model.
 */
class PipelinesServiceTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "digits");
  private static final Name PROJECT = Name.of("digits");
  private static final Name MODEL = Name.of("digit-reader");

  @SpringBootConfiguration
  @ImportAutoConfiguration({
    JacksonAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    TransactionAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class,
    BatchAutoConfiguration.class,
    BatchJdbcAutoConfiguration.class,
    RolesAutoConfiguration.class,
    QueueAutoConfiguration.class,
    SchemaAutoConfiguration.class,
    LabService.class,
    PipelinesService.class
  })
  static class Application {
    @Bean
    DataSource dataSource() {
      return TestDatabase.fresh();
    }

    @Bean
    ObjectStore objects() {
      return new MemoryObjectStore();
    }

    @Bean
    FakeDatasets datasets(ObjectStore objects) throws IOException {
      return new FakeDatasets(digits(objects), policy());
    }

    @Bean
    FakeRegistry registry() {
      return new FakeRegistry();
    }

    @Bean
    FakeFrames frames() {
      return new FakeFrames();
    }

    @Bean
    FakeRollouts rollouts() {
      return new FakeRollouts();
    }
  }

  @Test
  void releasesThePyTorchModelOfTheExampleByItselfWhenItIsRegistered() throws Exception {
    try (var context = start()) {
      var objects = context.getBean(ObjectStore.class);
      var version =
          context
              .getBean(FakeRegistry.class)
              .register(
                  PROJECT,
                  new Models.Registration(
                      MODEL,
                      objects.put(EXAMPLE.resolve("models/reader-v2.pt2")),
                      Format.PT2,
                      Optional.empty(),
                      Optional.empty(),
                      Optional.of(objects.put(EXAMPLE.resolve("models/reader-v2.safetensors"))),
                      Optional.empty()));
      publish(
          context,
          new ModelVersionRegistered(
              PROJECT, MODEL, version.number(), version.digest(), Instant.EPOCH));

      var release =
          await()
              .atMost(Duration.ofSeconds(90))
              .until(() -> newest(context), PipelinesServiceTest::ended);

      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      assertThat(release.steps())
          .allSatisfy(step -> assertThat(step.state()).as(step.name()).isEqualTo("done"));
      assertThat(release.requestedBy()).isEqualTo("erin");
      assertThat(release.verdict().orElseThrow().rulings()).hasSize(5);
      assertThat(context.getBean(FakeRollouts.class).plans()).containsOnlyKeys(release.digest());
      var again = context.getBean(Releases.class).start(PROJECT, new Candidate(MODEL, 1));
      assertThat(again.digest()).isEqualTo(release.digest());
      assertThat(again.state()).isEqualTo(State.RELEASED);
      assertThat(context.getBean(JobRepository.class).getJobInstanceCount("release")).isEqualTo(1);
    }
  }

  private static ConfigurableApplicationContext start() {
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.NONE)
        .properties(
            "roles=pipelines,lab",
            "spring.main.banner-mode=off",
            "spring.batch.job.enabled=false",
            "spring.batch.jdbc.table-prefix=pipelines.BATCH_",
            "spring.batch.jdbc.initialize-schema=never")
        .run();
  }

  private static void publish(ConfigurableApplicationContext context, Object event) {
    var queue = context.getBean("labQueue", Queue.class);
    new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
        .executeWithoutResult(_ -> queue.publish(event));
  }

  private static Optional<Release> newestOf(ConfigurableApplicationContext context) {
    return context.getBean(Releases.class).releases(PROJECT).stream().findFirst();
  }

  private static Release newest(ConfigurableApplicationContext context) {
    return newestOf(context).orElse(null);
  }

  private static boolean ended(Release release) {
    return release != null && release.state() != State.RUNNING && release.state() != State.WAITING;
  }

  private static String policy() {
    return """
    project: digits
    datasets:
      shades: {path: data/digits.dvc, format: csv}
    release:
      model: digit-reader
      dataset: shades
      preprocess: {resize: stretch, size: [28, 28], colour: grey, scale: 1/255, mean: [0.5], std: [0.5]}
      quantize: {target: ort-x86, calibration: 64, method: mse}
      parity: 1e-4
      gates:
        - {measure: accuracy, of: int8, at-least: 0.90}
        - {measure: worst-recall, of: int8, at-least: 0.70}
        - {measure: accuracy, drop: [fp32, int8], at-most: 2pp}
        - {measure: latency-p99, of: int8, device: local-cpu, at-most: 2000ms}
        - {measure: size, of: int8, at-most: 1MiB}
    """;
  }

  /** The first 500 digits, dark on light as the example's dataset has them. */
  private static Digest digits(ObjectStore objects) throws IOException {
    byte[] pixels;
    byte[] labels;
    try (var in =
        new GZIPInputStream(Files.newInputStream(EXAMPLE.resolve("images-idx3-ubyte.gz")))) {
      pixels = in.readNBytes(16 + 500 * 784);
    }
    try (var in =
        new GZIPInputStream(Files.newInputStream(EXAMPLE.resolve("labels-idx1-ubyte.gz")))) {
      labels = in.readNBytes(8 + 500);
    }
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < 500; i++) {
      var image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      for (int p = 0; p < 784; p++) {
        image.getRaster().setSample(p % 28, p / 28, 0, 255 - (pixels[16 + i * 784 + p] & 0xff));
      }
      var png = new ByteArrayOutputStream();
      ImageIO.write(image, "png", png);
      var label = Byte.toString(labels[8 + i]);
      samples.add(
          Shades.sample(
              "%04d.png".formatted(i),
              objects.put(png.toByteArray()),
              label,
              i < 100 ? "train" : "test",
              Optional.empty()));
    }
    return new Manifest(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), samples)
        .write(objects);
  }
}
