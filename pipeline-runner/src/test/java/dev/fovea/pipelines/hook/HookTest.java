package dev.fovea.pipelines.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.pipelines.Hooks;
import dev.fovea.pipelines.fixture.FakeDatasets;
import dev.fovea.pipelines.fixture.FakeRegistry;
import dev.fovea.pipelines.fixture.FakeReleases;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.Models;
import dev.fovea.registry.Run;
import dev.fovea.roles.RolesAutoConfiguration;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.QueueAutoConfiguration;
import dev.fovea.roles.queue.Queues;
import dev.fovea.roles.queue.Work;
import dev.fovea.roles.schema.Schema;
import dev.fovea.roles.schema.SchemaAutoConfiguration;
import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.mock.web.MockHttpServletRequest;

/** Attack case R14, and what a signed event leads to; the real tables and queue. */
class HookTest {
  private static final Name PROJECT = Name.of("digits");
  private static final Name MODEL = Name.of("digit-reader");
  private static final String COMMIT = "c".repeat(40);

  private final DataSource database = TestDatabase.fresh();
  private final FakeRegistry registry = new FakeRegistry();
  private final FakeReleases releases = new FakeReleases();
  private ConfigurableApplicationContext context = start();
  private String secret = "";

  @BeforeEach
  void listen() {
    secret = hooks().listen(PROJECT, new Hooks.Source("acme/parcels")).secret().orElseThrow();
    registry.track("run-1", Map.of(Run.COMMIT_TAG, COMMIT));
    register("one", Optional.of("run-1"));
    register("two", Optional.empty());
    registry.point(PROJECT, MODEL, "candidate", new Models.Pointer(2));
  }

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void aSuccessfulWorkflowRunReleasesTheVersionOfItsCommit() throws IOException {
    assertThat(deliver("workflow_run", workflowRun("push", 4711)).status()).isEqualTo("accepted");
    await().until(() -> !releases.asked().isEmpty());
    var asked = releases.asked().getFirst();
    assertThat(asked.candidate().number()).isEqualTo(1);
    assertThat(asked.by().roles()).containsExactly(Caller.Role.CI);
    var build = asked.by().build().orElseThrow();
    assertThat(build.repository()).isEqualTo("acme/parcels");
    assertThat(build.ref()).isEqualTo("refs/heads/main");
    assertThat(build.commit().sha()).isEqualTo(COMMIT);
    await().untilAsserted(() -> assertThat(newest().state()).isEqualTo("done"));
    assertThat(newest().outcome()).contains("digit-reader 1");
  }

  @Test
  void aPushToTheDefaultBranchAndADispatchDoTooAndOtherEventsSayWhyNot() throws IOException {
    deliver("push", push("refs/heads/main"));
    await().until(() -> releases.asked().size() == 1);
    deliver("repository_dispatch", dispatch("fovea-promote", "{\"n\": 1}"));
    await().until(() -> releases.asked().size() == 2);
    assertThat(releases.asked().get(1).candidate().number()).as("the candidate").isEqualTo(2);
    deliver("release", release("main"));
    await().until(() -> releases.asked().size() == 3);

    for (var ignored :
        List.of(
            Map.entry("ping", "{\"zen\": \"Design for failure.\"}"),
            Map.entry("push", push("refs/heads/topic")),
            Map.entry("push", push("refs/heads/main").replace(COMMIT, "0".repeat(40))),
            Map.entry("workflow_run", workflowRun("pull_request_target", 4711)),
            Map.entry("workflow_run", workflowRun("push", 666)),
            Map.entry("workflow_run", workflowRun("push", 4711).replace("success", "failure")),
            Map.entry("repository_dispatch", dispatch("deploy", "{}")),
            Map.entry("star", "{%s}".formatted(repository())),
            Map.entry("push", push("refs/heads/main").replace("acme/parcels", "evil/parcels")))) {
      assertThat(deliver(ignored.getKey(), ignored.getValue()).status())
          .as(ignored.toString())
          .startsWith("ignored: ");
    }
    assertThat(releases.asked()).hasSize(3);
  }

  @Test
  void whatIsNotSignedByTheSecretIsRefusedAlikeEverywhere() {
    var body = push("refs/heads/main");
    var unsigned =
        List.of(
            "",
            "sha256=" + "0".repeat(64),
            Signature.of("guess", body.getBytes(StandardCharsets.UTF_8)),
            Signature.of(secret, (body + " ").getBytes(StandardCharsets.UTF_8)));
    for (var signature : unsigned) {
      assertThatThrownBy(() -> deliver(PROJECT, id(), "push", body, signature))
          .isInstanceOf(NotSigned.class)
          .hasMessage(new NotSigned().explanation());
    }
    assertThatThrownBy(() -> deliver(Name.of("none"), id(), "push", body, sign(body)))
        .as("a project without a hook answers the same")
        .isInstanceOf(NotSigned.class);
    assertThat(hooks().deliveries(PROJECT)).isEmpty();
  }

  @Test
  void aReplayDoesNothingTwiceWithWhateverId() throws IOException {
    var body = dispatch("fovea-promote", "{\"run\": 7}");
    var id = id();
    assertThat(deliver(PROJECT, id, "repository_dispatch", body, sign(body)).status())
        .isEqualTo("accepted");
    assertThat(deliver(PROJECT, id, "repository_dispatch", body, sign(body)).status())
        .contains("came before");
    assertThat(deliver(PROJECT, id(), "repository_dispatch", body, sign(body)).status())
        .as("the id is not signed, the body is")
        .contains("came before");
    await().until(() -> !releases.asked().isEmpty());
    await().untilAsserted(() -> assertThat(newest().state()).isEqualTo("done"));
    assertThat(releases.asked()).hasSize(1);
    assertThat(hooks().deliveries(PROJECT)).hasSize(1);
  }

  @Test
  void whatWas202SurvivesTheDeathOfTheProcess() throws IOException {
    context.getBean("pipelinesQueue", Queue.class).stop();
    assertThat(deliver("push", push("refs/heads/main")).status()).isEqualTo("accepted");
    assertThat(newest().state()).isEqualTo("waiting");
    context.close();
    assertThat(releases.asked()).isEmpty();

    context = start();
    await().until(() -> releases.asked().size() == 1);
    await().untilAsserted(() -> assertThat(newest().state()).isEqualTo("done"));
  }

  @Test
  void afterARotationBothSecretsAreGoodAndWithoutOverlapOnlyTheNewOne() throws IOException {
    var old = secret;
    secret =
        hooks().rotate(PROJECT, new Hooks.Rotation(Duration.ofHours(1))).secret().orElseThrow();
    var first = push("refs/heads/one");
    assertThat(deliver(PROJECT, id(), "push", first, signature(old, first)).status())
        .startsWith("ignored");
    assertThat(deliver("push", push("refs/heads/two")).status()).startsWith("ignored");

    var between = secret;
    secret = hooks().rotate(PROJECT, new Hooks.Rotation(Duration.ZERO)).secret().orElseThrow();
    var third = push("refs/heads/three");
    assertThatThrownBy(() -> deliver(PROJECT, id(), "push", third, signature(between, third)))
        .isInstanceOf(NotSigned.class);
    assertThat(deliver("push", third).status()).startsWith("ignored");
    assertThat(hooks().listen(PROJECT, new Hooks.Source("acme/other")).secret())
        .as("an old hook keeps its secret")
        .isEmpty();
    hooks().remove(PROJECT);
    assertThatThrownBy(() -> deliver("push", third)).isInstanceOf(NotSigned.class);
    assertThatThrownBy(() -> hooks().hook(PROJECT)).isInstanceOf(NoSuchThing.class);
  }

  @Test
  void refusesLargeDeepAndBrokenBodiesAndStrangeHeaders() {
    var large = "{\"x\": \"" + "x".repeat(DeliveryEndpoint.LIMIT_BYTES) + "\"}";
    assertThatThrownBy(() -> deliver("push", large)).isInstanceOf(DeliveryTooLarge.class);
    for (var body : List.of("[".repeat(10_000), "payload=%7B%7D", "null", "[]")) {
      assertThatThrownBy(() -> deliver("push", body)).as(body).isInstanceOf(InvalidRequest.class);
    }
    var body = push("refs/heads/main");
    assertThatThrownBy(() -> deliver(PROJECT, "../../x", "push", body, sign(body)))
        .isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> deliver(PROJECT, id(), "push\n", body, sign(body)))
        .isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> hooks().listen(PROJECT, new Hooks.Source("no-owner")))
        .isInstanceOf(InvalidRequest.class);
    assertThat(hooks().deliveries(PROJECT)).isEmpty();
  }

  @Test
  void aCommitThatNoVersionHasIsSaidSo() throws IOException {
    deliver("push", push("refs/heads/main").replace(COMMIT, "d".repeat(40)));
    await().untilAsserted(() -> assertThat(newest().state()).isEqualTo("refused"));
    assertThat(newest().outcome()).contains("d".repeat(40)).contains("register it first");
    assertThat(releases.asked()).isEmpty();
  }

  private void register(String file, Optional<String> run) {
    registry.register(
        PROJECT,
        new Models.Registration(
            MODEL,
            Digest.sha256(file.getBytes(StandardCharsets.UTF_8)),
            Format.ONNX,
            run,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private Hooks hooks() {
    return context.getBean(Hooks.class);
  }

  private Hooks.Delivery newest() {
    return hooks().deliveries(PROJECT).getFirst();
  }

  private DeliveryEndpoint.Accepted deliver(String event, String body) throws IOException {
    return deliver(PROJECT, id(), event, body, sign(body));
  }

  private DeliveryEndpoint.Accepted deliver(
      Name project, String id, String event, String body, String signature) throws IOException {
    var request = new MockHttpServletRequest("POST", "/");
    request.setContent(body.getBytes(StandardCharsets.UTF_8));
    return context.getBean(DeliveryEndpoint.class).deliver(project, signature, id, event, request);
  }

  private String sign(String body) {
    return signature(secret, body);
  }

  private static String signature(String key, String body) {
    return Signature.of(key, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private static String repository() {
    return "\"repository\": {\"id\": 4711, \"full_name\": \"acme/parcels\", \"default_branch\": \"main\"}";
  }

  private static String push(String ref) {
    return "{\"ref\": \"%s\", \"after\": \"%s\", %s}".formatted(ref, COMMIT, repository());
  }

  private static String workflowRun(String event, int headRepository) {
    return """
    {"action": "completed", %s, "workflow_run": {"event": "%s", "conclusion": "success", "head_branch": "main",
     "head_sha": "%s", "head_repository": {"id": %d}}}
    """
        .formatted(repository(), event, COMMIT, headRepository);
  }

  private static String release(String target) {
    return """
    {"action": "published", %s, "release": {"draft": false, "prerelease": false, "tag_name": "v1", "target_commitish": "%s"}}
    """
        .formatted(repository(), target);
  }

  private static String dispatch(String action, String payload) {
    return "{\"action\": \"%s\", \"branch\": \"main\", \"client_payload\": %s, %s}"
        .formatted(action, payload, repository());
  }

  private ConfigurableApplicationContext start() {
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.NONE)
        .initializers(made -> {
          var beans = made.getBeanFactory();
          beans.registerSingleton("dataSource", database);
          beans.registerSingleton("registry", registry);
          beans.registerSingleton("releasesEndpoint", releases);
        })
        .properties("roles=pipelines", "spring.main.banner-mode=off")
        .run();
  }

  @SpringBootConfiguration
  @ImportAutoConfiguration({
    JacksonAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    TransactionAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class,
    RolesAutoConfiguration.class,
    QueueAutoConfiguration.class,
    SchemaAutoConfiguration.class
  })
  @Import(HookConfiguration.class)
  static class Application {
    @Bean
    Flyway pipelinesSchema(DataSource database) {
      return Schema.migrated("pipelines", database);
    }

    @Bean
    Queue pipelinesQueue(Queues queues, Work<HookWork.Due> hookWork) {
      return queues.open(ServiceRole.PIPELINES, List.of(hookWork));
    }

    @Bean
    FakeDatasets datasets() {
      return new FakeDatasets(
          Digest.sha256(new byte[0]),
          """
          project: digits
          datasets:
            shades: {path: data/digits.dvc, format: csv}
          release:
            model: digit-reader
            dataset: shades
            preprocess: {resize: stretch, size: [28, 28], colour: grey, scale: 1/255}
            quantize: {target: ort-x86, calibration: 64}
            gates:
              - {measure: accuracy, of: int8, at-least: 0.90}
          """);
    }
  }
}
