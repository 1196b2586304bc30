package dev.fovea.rollouts.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.rollouts.servers.ModelServers;
import dev.fovea.rollouts.servers.ModelServersContract;
import dev.fovea.rollouts.servers.NotReadyYet;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class KubernetesModelServersTest extends ModelServersContract {
  private final FakeApiServer api = new FakeApiServer();
  private final FakeNode node = new FakeNode(api, objects);
  private final KubernetesModelServers servers = process();

  @BeforeEach
  void fillImages() {
    for (int number = 1; number < 4; number++) {
      node.image(image(number), served(number).plan().variant(), number);
    }
  }

  @AfterEach
  void stop() {
    node.close();
    api.close();
  }

  private KubernetesModelServers process() {
    return new KubernetesModelServers(
        api.client(),
        TestCluster.properties(URI.create("http://unused")),
        TestCluster::reference,
        Clock.systemUTC());
  }

  @Override
  protected ModelServers servers() {
    return servers;
  }

  private ObjectNode deployment() {
    return api.find(path()).orElseThrow();
  }

  private String path() {
    return Kind.DEPLOYMENT.path("models") + "/" + Names.server(served(1).rollout());
  }

  @Test
  void thePodIsRestrictedAndRunsTheImageByItsDigest() throws Exception {
    servers.ensure(served(1));

    var pod = deployment().path("spec").path("template").path("spec");
    var container = pod.path("containers").path(0);
    assertThat(container.path("image").asString())
        .isEqualTo("registry.example/fovea/lamps/lamp@" + image(1));
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean(false)).isTrue();
    assertThat(pod.path("securityContext").path("seccompProfile").path("type").asString())
        .isEqualTo("RuntimeDefault");
    var security = container.path("securityContext");
    assertThat(security.path("readOnlyRootFilesystem").asBoolean(false)).isTrue();
    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(security.path("capabilities").path("drop").path(0).asString()).isEqualTo("ALL");
    assertThat(container.path("resources").path("limits").path("memory").asString())
        .isEqualTo("1Gi");
    assertThat(container.path("readinessProbe").path("httpGet").path("path").asString())
        .isEqualTo("/v2/health/ready");
    assertThat(container.path("lifecycle").path("preStop").path("sleep").has("seconds")).isTrue();
  }

  @Test
  void thePodIsToldWhereItsFramesGoAndTheSecretStandsInNoManifest() throws Exception {
    var taking =
        new KubernetesModelServers(
            api.client(),
            TestCluster.properties(
                URI.create("http://unused"), URI.create("http://127.0.0.1:9/internal/v1/frames")),
            TestCluster::reference,
            Clock.systemUTC());
    taking.ensure(served(1));

    var variables =
        deployment()
            .path("spec")
            .path("template")
            .path("spec")
            .path("containers")
            .path(0)
            .path("env");
    assertThat(variables.valueStream().map(each -> each.path("name").asString()))
        .containsExactly(
            "FOVEA_PATH_PREFIX",
            "FOVEA_FRAMES_URL",
            "FOVEA_FRAMES_TOKEN",
            "FOVEA_FRAMES_ROLLOUT",
            "FOVEA_FRAMES_UNSURE_BELOW",
            "FOVEA_FRAMES_AUDIT_SHARE");
    assertThat(variables.path(2).has("value")).isFalse();
    assertThat(variables.path(2).path("valueFrom").path("secretKeyRef"))
        .isEqualTo(
            Cluster.JSON.valueToTree(
                Map.of("name", "fovea-models", "key", "frames-token", "optional", true)));
    assertThat(variables.path(3).path("value").asString())
        .isEqualTo(served(1).rollout().toString());
    assertThat(node.logs)
        .as("the Secret isn't there: the model serves all the same")
        .singleElement()
        .satisfies(line -> assertThat(line).contains("FOVEA_FRAMES_TOKEN is not set"));
    api.writes.clear();
    taking.ensure(served(1));
    assertThat(api.writes).isEmpty();
  }

  @Test
  void podsTakeNoFramesWhereNoAddressIsGiven() throws Exception {
    servers.ensure(served(1));

    assertThat(deployment().toString()).doesNotContain("FOVEA_FRAMES", "frames-token");
  }

  @Test
  void thePodIsToldWhatToCopyByATokenThatStandsInNoManifest() throws Exception {
    servers.ensure(served(1));

    assertThat(deployment().toString())
        .contains("FOVEA_ARM_TOKEN", "arm-token", "FOVEA_SHADOW_ALLOW", "\".models\"")
        .doesNotContain(TestCluster.ARM_TOKEN);
  }

  @Test
  void aServerThatIsAsItShouldBeIsNotWritten() throws Exception {
    servers.ensure(served(1));
    api.writes.clear();
    servers.ensure(served(1));

    assertThat(api.writes).isEmpty();
  }

  @Test
  void whatSomebodyChangedIsRepairedAndWhatSomebodyAddedStays() throws Exception {
    servers.ensure(served(1));
    var changed = deployment();
    var pod = (ObjectNode) changed.path("spec").path("template").path("spec");
    ((ObjectNode) pod.path("securityContext")).put("runAsNonRoot", false);
    pod.put("priorityClassName", "important");
    api.put(path(), changed);
    servers.ensure(served(1));

    JsonNode repaired = deployment().path("spec").path("template").path("spec");
    assertThat(repaired.path("securityContext").path("runAsNonRoot").asBoolean(false)).isTrue();
    assertThat(repaired.path("priorityClassName").asString()).isEqualTo("important");
  }

  @Test
  void aPodThatCannotStartSaysWhy() {
    node.trouble = Optional.of("ImagePullBackOff");

    assertThatThrownBy(() -> servers.ensure(served(1)))
        .isInstanceOf(NotReadyYet.class)
        .hasMessageContaining("0 of 1 pods are ready, ImagePullBackOff");
  }

  @Test
  void aPodThatIsNotReadyInTimeIsAProblemAlsoForTheNextProcess() {
    node.trouble = Optional.of("ImagePullBackOff");
    assertThatThrownBy(() -> servers.ensure(served(1))).isInstanceOf(NotReadyYet.class);
    node.unavailableSince(
        Names.server(served(1).rollout()), Instant.now().minus(Duration.ofMinutes(6)));

    assertThatThrownBy(() -> process().ensure(served(1)))
        .isInstanceOf(ServerFailed.class)
        .hasMessageContaining("ImagePullBackOff, for more than 300 s");
  }

  @Test
  void aProcessThatEndsAgainAndAgainIsAProblemAtOnce() throws Exception {
    servers.ensure(served(1));
    node.restarts = 3;
    node.trouble = Optional.of("CrashLoopBackOff");
    node.look();

    assertThatThrownBy(() -> servers.ensure(served(1)))
        .isInstanceOf(ServerFailed.class)
        .hasMessageContaining("CrashLoopBackOff");
  }

  @Test
  void aPodThatComesBackIsReadyAgain() throws Exception {
    servers.ensure(served(1));
    node.trouble = Optional.of("ContainerCreating");
    node.look();
    assertThatThrownBy(() -> servers.ensure(served(1))).isInstanceOf(NotReadyYet.class);
    node.trouble = Optional.empty();
    node.look();

    servers.ensure(served(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void triesAgainWhatMayPass(int status) throws Exception {
    api.answer(status, 1, "PATCH", "deployments");
    api.answer(status, 1, "GET", "endpointslices");
    servers.ensure(served(1));

    assertThat(servers.running()).hasSize(1);
  }

  @Test
  void waitsAsLongAsTheServerAsks() throws Exception {
    api.answer(429, 1, "GET", "deployments", "Retry-After", "1");
    long begun = System.nanoTime();
    servers.ensure(served(1));

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
  }

  @Test
  void anAnswerThatIsLostAfterItWasDoneMakesNothingTwice() throws Exception {
    api.loseTheAnswer("PATCH", "deployments");
    api.loseTheAnswer("PATCH", "services");
    servers.ensure(served(1));

    assertThat(api.all("deployments")).hasSize(1);
    assertThat(api.all("services")).hasSize(1);
  }

  @Test
  void aServerThatIsPartlyMadeIsFoundAndCanBeStopped() {
    api.answer(403, 1, "PATCH", "services");
    assertThatThrownBy(() -> servers.ensure(served(1)))
        .isInstanceOf(ClusterRefused.class)
        .hasMessageContaining("apply Service");

    assertThat(servers.running()).containsExactly(served(1).rollout());
    servers.stop(served(1).rollout());
    assertThat(api.all("deployments")).isEmpty();
  }

  @Test
  void aStopThatEndedHalfwayIsFinishedByTheNextProcess() throws Exception {
    servers.ensure(served(1));
    api.answer(403, 1, "DELETE", "deployments");
    assertThatThrownBy(() -> servers.stop(served(1).rollout())).isInstanceOf(ClusterRefused.class);
    assertThat(api.all("services")).isEmpty();

    var next = process();
    assertThat(next.running()).containsExactly(served(1).rollout());
    next.stop(served(1).rollout());
    assertThat(next.running()).isEmpty();
  }

  @Test
  void doesNotStopWhatAnotherPutUnderTheName() throws Exception {
    servers.ensure(served(1));
    var others = deployment();
    ((ObjectNode) others.path("metadata").path("annotations")).remove(Names.ROLLOUT);
    api.put(path(), others);
    servers.stop(served(1).rollout());

    assertThat(api.find(path())).isPresent();
  }

  @Test
  void aClusterThatDoesNotAnswerIsUnknownAndNotUnready() {
    api.down = true;

    assertThatThrownBy(() -> servers.ensure(served(1))).isInstanceOf(ClusterUnreachable.class);
    assertThatThrownBy(servers::running).isInstanceOf(ClusterUnreachable.class);
  }

  @Test
  void readsListsPageByPageAndFromTheBeginningWhenAPageExpired() throws Exception {
    servers.ensure(served(1));
    servers.ensure(served(2));
    servers.ensure(served(3));
    api.page = 1;
    api.answer(410, 1, "GET", "/deployments");

    assertThat(servers.running()).hasSize(3);
  }

  @Test
  void anHtmlPageOfAProxyIsNoAnswer() {
    api.answer(404, 1, "GET", "deployments");

    assertThatThrownBy(() -> servers.ensure(served(1)))
        .as("a 404 that names no object must not look like a missing Deployment")
        .isInstanceOf(ClusterRefused.class);
  }
}
