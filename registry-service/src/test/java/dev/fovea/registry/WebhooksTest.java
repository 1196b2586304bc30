package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.WebhookDelivery.State;
import dev.fovea.registry.Webhooks.Active;
import dev.fovea.registry.Webhooks.NewWebhook;
import dev.fovea.registry.Webhooks.Rotation;
import dev.fovea.registry.Webhooks.WebhookRequest;
import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Outbox;
import dev.fovea.registry.webhooks.outbound.Lookup;
import dev.fovea.roles.NotAllowed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Webhooks from the event to a real receiver, with every kind of trouble on the way. */
@TestPropertySource(
    properties = {
      "fovea.registry.webhooks.allowed=receiver.test,named.test",
      "fovea.registry.webhooks.timeout=1s",
      "fovea.registry.webhooks.tries=4",
      "fovea.registry.webhooks.first-retry=100ms",
      "fovea.registry.alerts.every=200ms",
      "fovea.registry.alerts.stall-after=3s"
    })
@Import(WebhooksTest.Names.class)
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class WebhooksTest extends RegistryTest {
  @Autowired private Webhooks webhooks;
  @Autowired private Outbox outbox;
  @Autowired private TransactionTemplate transaction;
  @Autowired private JdbcClient sql;
  @Autowired private ResolvedNames names;

  private final Name project = project();
  private final Receiver receiver = new Receiver();

  @DynamicPropertySource
  static void key(DynamicPropertyRegistry properties) {
    properties.add(
        "fovea.registry.webhooks.key-file",
        () -> {
          try {
            var file = Files.createTempFile("sealing", ".key");
            file.toFile().deleteOnExit();
            return Files.writeString(file, Base64.getEncoder().encodeToString(new byte[32]))
                .toString();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What names mean, which a test changes. */
  static final class ResolvedNames implements Lookup {
    private final Map<String, String> known =
        new ConcurrentHashMap<>(Map.of("receiver.test", "127.0.0.1"));

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
      return List.of(InetAddress.getAllByName(known.getOrDefault(host, host)));
    }
  }

  @TestConfiguration
  static class Names {
    @Bean
    ResolvedNames resolvedNames() {
      return new ResolvedNames();
    }
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void tellsOfModelsVersionsTagsAndAliasesAsMlflowDoesAndSignsBothWays() {
    var hook = hook(receiver, Event.values());
    var mlflow = mlflow(project);
    mlflow.ok(mlflow.register("digits", Map.of("weights.bin", "w")));
    var version = Map.of("name", "digits", "version", "1");
    mlflow.ok(
        mlflow.post("model-versions/set-tag", with(version, "key", "reviewed", "value", "yes")));
    mlflow.ok(mlflow.delete("model-versions/delete-tag", with(version, "key", "reviewed")));
    mlflow.ok(mlflow.post("registered-models/alias", with(version, "alias", "champion")));
    mlflow.ok(
        mlflow.delete("registered-models/alias", Map.of("name", "digits", "alias", "champion")));
    var got = waitFor(receiver, 6);
    assertThat(got)
        .allSatisfy(call -> {
          assertThat(call.isSignedByStandard(hook.secret())).as("Standard Webhooks").isTrue();
          assertThat(call.isSignedByMlflow(hook.secret())).as("MLflow").isTrue();
          assertThat(call.headers().get("Content-Type")).isEqualTo("application/json");
          assertThat(Long.parseLong(call.headers().getOrDefault("X-MLflow-Timestamp", "")))
              .isCloseTo(Instant.now().getEpochSecond(), Offset.offset(60L));
          assertThat(call.json().path("workspace").asString()).isEqualTo(project.text());
        })
        .extracting(Receiver.Got::id)
        .doesNotHaveDuplicates();
    assertThat(data(got, "registered_model.created").path("name").asString()).isEqualTo("digits");
    var made = data(got, "model_version.created");
    assertThat(made.path("version").asString()).isEqualTo("1");
    assertThat(made.path("run_id").asString()).hasSize(32);
    assertThat(made.path("source").asString()).startsWith("runs:/");
    assertThat(data(got, "model_version_tag.set").toString())
        .contains("\"key\":\"reviewed\"", "\"value\":\"yes\"", "\"version\":\"1\"");
    assertThat(data(got, "model_version_tag.deleted").toString()).doesNotContain("value");
    assertThat(data(got, "model_version_alias.created").toString())
        .contains("\"alias\":\"champion\"", "\"version\":\"1\"");
    assertThat(data(got, "model_version_alias.deleted").toString())
        .contains("\"alias\":\"champion\"");
    await()
        .untilAsserted(() ->
            assertThat(deliveries(hook))
                .hasSize(6)
                .allSatisfy(delivery -> {
                  assertThat(delivery.state()).isEqualTo(State.DELIVERED);
                  assertThat(delivery.answered()).contains(200);
                  assertThat(delivery.tries()).isEqualTo(1);
                }));
  }

  @Test
  void tellsOfRunsThatEndOnceForEachEnd() {
    hook(receiver, Event.RUN_FINISHED, Event.RUN_FAILED);
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "fine");
    for (var status : List.of("RUNNING", "FINISHED", "FINISHED")) {
      mlflow.ok(mlflow.post("runs/update", Map.of("run_id", run, "status", status)));
    }
    var killed = mlflow.run("0", "not so");
    mlflow.ok(mlflow.post("runs/update", Map.of("run_id", killed, "status", "KILLED")));
    assertThat(waitFor(receiver, 2))
        .extracting(call -> call.type() + " " + call.json().at("/data/status").asString())
        .containsExactlyInAnyOrder("run.finished FINISHED", "run.failed KILLED");
    assertThat(deliveriesOf(project)).isEqualTo(2);
  }

  @Test
  void whatIsRolledBackIsNotTold() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    transaction.executeWithoutResult(status -> {
      outbox.happened(project, Event.MODEL_CREATED, Map.of("name", "never"));
      status.setRollbackOnly();
    });
    happen(1);
    assertThat(waitFor(receiver, 1).getFirst().json().at("/data/name").asString()).isEqualTo("m0");
    assertThat(deliveries(hook)).hasSize(1);
    assertThatThrownBy(() -> outbox.happened(project, Event.MODEL_CREATED, Map.of()))
        .hasMessageContaining("outside a transaction");
  }

  @Test
  void triesAgainUnderTheSameIdWithTheSameBytesUntilItIsTaken() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    receiver.answers(_ -> receiver.got().size() < 3 ? 500 : 204);
    happen(1);
    var got = waitFor(receiver, 3);
    assertThat(new HashSet<>(got.stream().map(Receiver.Got::id).toList())).hasSize(1);
    assertThat(got)
        .allSatisfy(call -> {
          assertThat(call.body()).isEqualTo(got.getFirst().body());
          assertThat(call.isSignedByStandard(hook.secret())).isTrue();
        });
    await()
        .untilAsserted(() ->
            assertThat(deliveries(hook))
                .singleElement()
                .satisfies(delivery -> {
                  assertThat(delivery.state()).isEqualTo(State.DELIVERED);
                  assertThat(delivery.tries()).isEqualTo(3);
                }));
    assertThat(one(hook).failures()).isZero();
  }

  @Test
  void givesUpAfterItsTriesAndSendsAgainWhenSomebodyAsks() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    receiver.answers(_ -> 301);
    happen(1);
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() ->
            assertThat(deliveries(hook))
                .singleElement()
                .satisfies(delivery -> {
                  assertThat(delivery.state()).isEqualTo(State.GIVEN_UP);
                  assertThat(delivery.tries()).isEqualTo(4);
                  assertThat(delivery.answered()).contains(301);
                  assertThat(delivery.outcome()).contains("a redirect, which is not followed");
                  assertThat(delivery.nextTry()).isEmpty();
                }));
    assertThat(receiver.got()).hasSize(4);
    assertThat(one(hook).failures()).isEqualTo(4);
    receiver.answers(_ -> 200);
    var id = deliveries(hook).getFirst().id();
    admin(() -> {
      webhooks.redeliver(project, hook.webhook().id(), id);
      return true;
    });
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(deliveries(hook).getFirst().state()).isEqualTo(State.DELIVERED));
    assertThat(receiver.got().getLast().id())
        .isEqualTo(id)
        .isEqualTo(receiver.got().getFirst().id());
  }

  @Test
  void aReceiverThatSaysNothingIsGivenUpOnInTime() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    var never = new CountDownLatch(1);
    receiver.answers(_ -> {
      try {
        never.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 200;
    });
    happen(1);
    await()
        .untilAsserted(() ->
            assertThat(deliveries(hook).getFirst().outcome())
                .isEqualTo("no answer from receiver.test within 1 s"));
    never.countDown();
  }

  @Test
  void tenThousandForADeadReceiverDoNotHoldUpAnothers() throws IOException {
    var dead = new Receiver();
    var deadHook = hook(dead, Event.MODEL_CREATED);
    dead.close();
    IntStream.range(0, 10).forEach(_ -> happen(1_000));
    var alive = hook(receiver, Event.RUN_FINISHED);
    var begun = Instant.now();
    for (int i = 0; i < 20; i++) {
      transaction.executeWithoutResult(
          _ -> outbox.happened(project, Event.RUN_FINISHED, Map.of("run_id", "r")));
    }
    waitFor(receiver, 20);
    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
    assertThat(one(deadHook).waiting()).isGreaterThan(9_900);
    assertThat(one(alive).waiting()).isZero();
    assertThat(
            sql.sql(
                    "select count(*) from registry.queue where task_name = 'webhook' and task_instance = ?")
                .param(deadHook.webhook().id())
                .query(Integer.class)
                .single())
        .as("rows of the queue")
        .isLessThanOrEqualTo(1);
    admin(() -> {
      webhooks.delete(project, deadHook.webhook().id());
      return true;
    });
    assertThat(deliveriesOf(project)).isEqualTo(20);
  }

  @Test
  void whatIsTooOldIsGivenUpWithoutATryEach() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    admin(() -> webhooks.turn(project, hook.webhook().id(), new Active(false)));
    receiver.answers(_ -> 500);
    admin(() -> webhooks.turn(project, hook.webhook().id(), new Active(true)));
    happen(5);
    sql.sql(
            "update registry.webhook_delivery set gives_up = now() - interval '1 second' where webhook = ?")
        .param(hook.webhook().id())
        .update();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(deliveries(hook))
                .hasSize(5)
                .allSatisfy(delivery -> {
                  assertThat(delivery.state()).isEqualTo(State.GIVEN_UP);
                  assertThat(delivery.outcome()).startsWith("too old");
                }));
  }

  @Test
  void oneThatIsTurnedOffIsToldNothingAndWhatWaitedComesLater() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    receiver.answers(_ -> 503);
    happen(1);
    waitFor(receiver, 1);
    admin(() -> webhooks.turn(project, hook.webhook().id(), new Active(false)));
    happen(1);
    receiver.answers(_ -> 200);
    assertThat(one(hook).active()).isFalse();
    admin(() -> webhooks.turn(project, hook.webhook().id(), new Active(true)));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(deliveries(hook))
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.state()).isEqualTo(State.DELIVERED)));
  }

  @Test
  void aNameThatIsPublicWhenTheHookIsMadeAndPrivateLaterIsNotDialled() {
    names.known.put("rebound.test", "93.184.215.14");
    var hook = made("https://rebound.test:" + receiver.port() + "/", Event.MODEL_CREATED);
    names.known.put("rebound.test", "127.0.0.1");
    happen(1);
    await()
        .untilAsserted(() ->
            assertThat(deliveries(hook).getFirst().outcome())
                .startsWith("not sent: rebound.test is at 127.0.0.1, which is no public address"));
    assertThat(receiver.got()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://168.63.129.16/",
        "https://0/",
        "https://2130706433/",
        "https://user@93.184.215.14/",
        "https://private.test/",
        "https://credentials.test/"
      })
  void refusesAddressesThatAreNotPublicWhenTheHookIsMade(String url) {
    names.known.put("private.test", "192.168.1.1");
    names.known.put("credentials.test", "169.254.169.254");
    assertThatThrownBy(() -> made(url, Event.MODEL_CREATED))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("url: ");
    assertThat(admin(() -> webhooks.webhooks(project))).isEmpty();
    await()
        .untilAsserted(() ->
            assertThat(
                    sql.sql(
                            "select outcome from registry.audit where project = ? and act = 'created webhook'")
                        .param(project.text())
                        .query(String.class)
                        .list())
                .singleElement()
                .asString()
                .startsWith("refused: url: "));
  }

  @Test
  void aNamedHostMayBePrivateButNeverWhereCredentialsAre() {
    names.known.put("named.test", "127.0.0.1");
    var hook = made("http://named.test:" + receiver.port() + "/", Event.MODEL_CREATED);
    happen(1);
    waitFor(receiver, 1);
    names.known.put("named.test", "169.254.169.254");
    assertThat(admin(() -> webhooks.test(project, hook.webhook().id())).outcome())
        .startsWith("not sent: named.test is at 169.254.169.254");
    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void theSecretIsToldOnceAndLiesNowhereInTheOpen(CapturedOutput log) {
    var hook = hook(receiver, Event.MODEL_CREATED);
    receiver.answers(_ -> 500);
    happen(1);
    waitFor(receiver, 2);
    var secret = hook.secret().substring("whsec_".length());
    var sealed =
        sql.sql("select secret from registry.webhook where id = ?")
            .param(hook.webhook().id())
            .query(byte[].class)
            .single();
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
    for (var path :
        List.of("", "/" + hook.webhook().id(), "/" + hook.webhook().id() + "/deliveries")) {
      var answer =
          administrator()
              .send(
                  "GET",
                  "/api/v1/projects/%s/webhooks%s".formatted(project, path),
                  new byte[0],
                  "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain(secret);
    }
    assertThat(hook.toString()).doesNotContain(secret, "of-a-secret-path");
    assertThat(log.getAll()).doesNotContain(secret, "of-a-secret-path");
    assertThat(deliveries(hook).getFirst().outcome()).doesNotContain("of-a-secret-path");
  }

  @Test
  void aSecretSealedWithAnotherKeyIsNotUsed() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    sql.sql("update registry.webhook set secret = ? where id = ?")
        .params(new byte[60], hook.webhook().id())
        .update();
    assertThat(admin(() -> webhooks.test(project, hook.webhook().id())).outcome())
        .contains("was sealed with another key", "give the hook a new secret");
    assertThat(receiver.got()).isEmpty();
  }

  @Test
  void afterARotationBothSecretsSignUntilTheOldOnesTimeIsOver(CapturedOutput log) {
    var hook = hook(receiver, Event.MODEL_CREATED);
    var rotated = rotated(hook, false);
    assertThat(rotated.secret()).startsWith("whsec_").isNotEqualTo(hook.secret());
    assertThat(rotated.webhook().oldSecretUntil())
        .hasValueSatisfying(until ->
            assertThat(Duration.between(Instant.now(), until))
                .isBetween(Duration.ofMinutes(23 * 60 + 55), Duration.ofHours(24)));
    happen(1);
    var both = waitFor(receiver, 1).getFirst();
    assertThat(both.signatures()).hasSize(2);
    assertThat(both.isSignedByStandard(rotated.secret())).isTrue();
    assertThat(both.isSignedByStandard(hook.secret())).isTrue();
    assertThat(both.isSignedByMlflow(rotated.secret())).as("its header has room for one").isTrue();
    sql.sql("update registry.webhook set old_until = now() where id = ?")
        .param(hook.webhook().id())
        .update();
    assertThat(one(hook).oldSecretUntil()).isEmpty();
    happen(1);
    var later = waitFor(receiver, 2).getLast();
    assertThat(later.signatures()).hasSize(1);
    assertThat(later.isSignedByStandard(rotated.secret())).isTrue();
    await().untilAsserted(() -> assertThat(oldSecrets()).isZero());
    assertThat(log.getAll()).doesNotContain(rotated.secret().substring("whsec_".length()));
  }

  @Test
  void aSecretThatLeakedEndsAtOnce() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    var second = rotated(hook, false);
    var third = rotated(hook, true);
    assertThat(third.webhook().oldSecretUntil()).isEmpty();
    assertThat(oldSecrets()).isZero();
    happen(1);
    var call = waitFor(receiver, 1).getFirst();
    assertThat(call.signatures()).hasSize(1);
    assertThat(call.isSignedByStandard(third.secret())).isTrue();
    // Of two rotations in a row the last one's predecessor stays, not the first.
    var fourth = rotated(hook, false);
    var fifth = rotated(hook, false);
    happen(1);
    var next = waitFor(receiver, 2).getLast();
    assertThat(
            List.of(hook, second, third, fourth, fifth).stream()
                .map(made -> next.isSignedByStandard(made.secret())))
        .containsExactly(false, false, false, true, true);
    // Whoever replaces a secret by MLflow's call names the only one.
    var mlflow = administrator();
    mlflow.ok(mlflow.patch("webhooks/" + hook.webhook().id(), Map.of("secret", "mine")));
    happen(1);
    assertThat(waitFor(receiver, 3).getLast().signatures()).hasSize(1);
    assertThat(waitFor(receiver, 3).getLast().isSignedByMlflow("mine")).isTrue();
  }

  @Test
  void aHookWithoutASecretGetsItsFirst() {
    var mlflow = administrator();
    var id =
        mlflow
            .ok(
                mlflow.post(
                    "webhooks",
                    Map.of(
                        "name",
                        "unsigned",
                        "url",
                        receiver.url("receiver.test"),
                        "events",
                        List.of(Map.of("entity", "REGISTERED_MODEL", "action", "CREATED")))))
            .at("/webhook/webhook_id")
            .asString();
    var made = admin(() -> webhooks.rotate(project, id, new Rotation(false)));
    assertThat(made.webhook().signed()).isTrue();
    assertThat(made.webhook().oldSecretUntil()).isEmpty();
    happen(1);
    assertThat(waitFor(receiver, 1).getFirst().signatures()).hasSize(1);
  }

  @Test
  void aRotationIsForAdministratorsAndAudited() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    var id = hook.webhook().id();
    var other = project();
    assertThatThrownBy(
            () -> as(administratorOf(other), () -> webhooks.rotate(other, id, new Rotation(true))))
        .isInstanceOf(NoSuchThing.class);
    for (var role : Set.of(Role.ENGINEER, Role.CI, Role.RELEASE_MANAGER, Role.ANNOTATOR)) {
      assertThatThrownBy(() ->
              as(
                  new Caller("eve", project.text(), Set.of(role)),
                  () -> webhooks.rotate(project, id, new Rotation(true))))
          .isInstanceOf(NotAllowed.class)
          .hasMessageContaining("'eve' may not use webhooks: only administrators may");
    }
    assertThat(admin(() -> webhooks.test(project, id)).taken()).isTrue();
    assertThat(receiver.got().getLast().isSignedByStandard(hook.secret())).isTrue();
    rotated(hook, false);
    await()
        .untilAsserted(() ->
            assertThat(
                    sql.sql(
                            "select who || ': ' || object || ': ' || outcome from registry.audit where project = ? and act = 'rotated secret of webhook' order by sequence")
                        .param(project.text())
                        .query(String.class)
                        .list())
                .hasSize(5)
                .contains("eve: " + id + ": refused: only administrators may")
                .last()
                .asString()
                .endsWith(": to-receiver: done"));
  }

  @Test
  void onlyAdministratorsUseThemAndOthersAreThere() {
    var hook = hook(receiver, Event.MODEL_CREATED);
    var other = project();
    assertThatThrownBy(
            () -> as(administratorOf(other), () -> webhooks.webhook(other, hook.webhook().id())))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() ->
            as(
                administratorOf(other),
                () -> {
                  webhooks.redeliver(other, hook.webhook().id(), "x");
                  return true;
                }))
        .isInstanceOf(NoSuchThing.class);
    for (var role : Set.of(Role.ENGINEER, Role.CI, Role.RELEASE_MANAGER, Role.ANNOTATOR)) {
      var caller = new Caller("eve", project.text(), Set.of(role));
      assertThatThrownBy(() -> as(caller, () -> webhooks.webhooks(project)))
          .isInstanceOf(NotAllowed.class);
      assertThatThrownBy(() -> as(caller, () -> webhooks.test(project, hook.webhook().id())))
          .isInstanceOf(NotAllowed.class);
    }
    var answer = mlflow(project).get("webhooks", Map.of());
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("PERMISSION_DENIED");
    assertThatThrownBy(() ->
            admin(() -> {
              webhooks.redeliver(project, hook.webhook().id(), "no-such-delivery");
              return true;
            }))
        .isInstanceOf(NoSuchThing.class);
  }

  @Test
  void mlflowsClientsMakeReadChangeTestAndDeleteThem() {
    var mlflow = administrator();
    var created =
        mlflow
            .ok(
                mlflow.post(
                    "webhooks",
                    Map.of(
                        "name",
                        "from-mlflow",
                        "url",
                        receiver.url("receiver.test"),
                        "events",
                        List.of(Map.of("entity", "MODEL_VERSION", "action", "CREATED")),
                        "secret",
                        "my secret")))
            .path("webhook");
    var id = created.path("webhook_id").asString();
    assertThat(created.path("status").asString()).isEqualTo("ACTIVE");
    assertThat(created.path("events").toString())
        .isEqualTo("[{\"entity\":\"MODEL_VERSION\",\"action\":\"CREATED\"}]");
    assertThat(created.path("creation_timestamp").isIntegralNumber()).isTrue();
    assertThat(created.toString()).doesNotContain("my secret");
    var result = mlflow.ok(mlflow.post("webhooks/" + id + "/test", Map.of())).path("result");
    assertThat(result.toString()).isEqualTo("{\"success\":true,\"response_status\":200}");
    var got = waitFor(receiver, 1).getFirst();
    assertThat(got.isSignedByMlflow("my secret")).isTrue();
    assertThat(got.type()).isEqualTo("model_version.created");
    assertThat(
            mlflow
                .ok(
                    mlflow.patch(
                        "webhooks/" + id,
                        Map.of(
                            "status", "DISABLED",
                            "description", "off",
                            "events",
                                List.of(Map.of("entity", "MODEL_VERSION_TAG", "action", "SET")))))
                .path("webhook")
                .toString())
        .contains("\"status\":\"DISABLED\"", "\"description\":\"off\"", "MODEL_VERSION_TAG");
    hook(receiver, Event.RUN_ALERT);
    assertThat(
            mlflow.ok(mlflow.get("webhooks", Map.of("max_results", "1"))).path("webhooks").size())
        .as("a hook with Fovea's events alone is none of MLflow's")
        .isEqualTo(1);
    mlflow.ok(mlflow.delete("webhooks/" + id, Map.of()));
    assertThat(mlflow.get("webhooks/" + id, Map.of()).code()).isEqualTo("RESOURCE_DOES_NOT_EXIST");
    for (var wrong :
        List.<Map<String, Object>>of(
            Map.of(
                "name",
                "-",
                "url",
                receiver.url("receiver.test"),
                "events",
                List.of(Map.of("entity", "MODEL_VERSION", "action", "CREATED"))),
            Map.of("name", "a", "url", receiver.url("receiver.test"), "events", List.of()),
            Map.of(
                "name",
                "a",
                "url",
                receiver.url("receiver.test"),
                "events",
                List.of(Map.of("entity", "PROMPT", "action", "CREATED"))),
            Map.of(
                "name",
                "a",
                "url",
                "http://10.0.0.1/",
                "events",
                List.of(Map.of("entity", "MODEL_VERSION", "action", "CREATED"))),
            Map.of(
                "name",
                "a",
                "url",
                receiver.url("receiver.test"),
                "secret",
                "whsec_short",
                "events",
                List.of(Map.of("entity", "MODEL_VERSION", "action", "CREATED"))))) {
      var answer = mlflow.post("webhooks", wrong);
      assertThat(answer.status()).as(wrong.toString()).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
    }
  }

  @Test
  void bodiesWithoutFieldsOrOfNonsenseAreRefused() {
    for (var body :
        List.of(
            "{}",
            "{\"name\": \"a\", \"url\": \"https://93.184.215.14/\"}",
            "{\"name\": \"a\", \"url\": \"https://93.184.215.14/\", \"events\": [null]}",
            "{\"name\": \"a\", \"url\": \"https://93.184.215.14/\", \"events\": [\"run.started\"]}",
            "{\"name\": \"a\", \"url\": null, \"events\": [\"run.alert\"]}")) {
      assertThat(
              administrator()
                  .send(
                      "POST",
                      "/api/v1/projects/%s/webhooks".formatted(project),
                      body.getBytes(StandardCharsets.UTF_8),
                      "application/json")
                  .status())
          .as(body)
          .isEqualTo(422);
    }
  }

  @Test
  void aProjectHasAtMostFiftyThoughManyAreMadeAtOnce() {
    IntStream.range(0, 60)
        .parallel()
        .forEach(i -> {
          try {
            made(receiver.url("receiver.test"), Event.MODEL_CREATED);
          } catch (InvalidRequest full) {
            assertThat(full).hasMessageContaining("has 50 webhooks");
          }
        });
    assertThat(admin(() -> webhooks.webhooks(project))).hasSize(50);
  }

  private List<Receiver.Got> waitFor(Receiver at, int calls) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(at.got().size()).isGreaterThanOrEqualTo(calls));
    return at.got();
  }

  private void happen(int times) {
    transaction.executeWithoutResult(_ -> {
      for (int i = 0; i < times; i++) {
        outbox.happened(project, Event.MODEL_CREATED, Map.of("name", "m" + i));
      }
    });
  }

  private NewWebhook hook(Receiver at, Event... events) {
    return made(at.url("receiver.test"), events);
  }

  private NewWebhook made(String url, Event... events) {
    return admin(() ->
        webhooks.create(
            project,
            new WebhookRequest(
                "to-receiver", "", url, Arrays.stream(events).map(Event::written).toList())));
  }

  private NewWebhook rotated(NewWebhook hook, boolean endOld) {
    return admin(() -> webhooks.rotate(project, hook.webhook().id(), new Rotation(endOld)));
  }

  private long oldSecrets() {
    return sql.sql(
            "select count(*) from registry.webhook where project = ? and (old_secret is not null or old_until is not null)")
        .param(project.text())
        .query(Long.class)
        .single();
  }

  private Webhook one(NewWebhook hook) {
    return admin(() -> webhooks.webhook(project, hook.webhook().id()));
  }

  private List<WebhookDelivery> deliveries(NewWebhook hook) {
    return admin(() -> webhooks.deliveries(project, hook.webhook().id(), 100));
  }

  private int deliveriesOf(Name of) {
    return sql.sql(
            "select count(*) from registry.webhook_delivery d join registry.webhook w on w.id = d.webhook where w.project = ?")
        .param(of.text())
        .query(Integer.class)
        .single();
  }

  private Mlflow administrator() {
    return new Mlflow(
        server(), Map.of("Authorization", "Bearer " + token(project.text(), Role.ADMIN)));
  }

  private <T> T admin(Callable<T> work) {
    return as(administratorOf(project), work);
  }

  private static Caller administratorOf(Name project) {
    return new Caller("root", project.text(), Set.of(Role.ADMIN));
  }

  private static JsonNode data(List<Receiver.Got> got, String type) {
    return got.stream()
        .filter(call -> call.type().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing of " + type))
        .json()
        .path("data");
  }

  private static Map<String, Object> with(Map<String, String> fields, String... more) {
    var all = new HashMap<String, Object>(fields);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }
}
