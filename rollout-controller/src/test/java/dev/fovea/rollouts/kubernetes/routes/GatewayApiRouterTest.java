package dev.fovea.rollouts.kubernetes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.rollouts.Traffic;
import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.ClusterRefused;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.kubernetes.FakeGateway;
import dev.fovea.rollouts.kubernetes.Kind;
import dev.fovea.rollouts.kubernetes.Names;
import dev.fovea.rollouts.kubernetes.TestCluster;
import dev.fovea.rollouts.router.Backend;
import dev.fovea.rollouts.router.Split;
import dev.fovea.rollouts.turns.NotTheWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class GatewayApiRouterTest extends PlayedCluster {
  private static final String ROUTE = Kind.HTTP_ROUTE.path("models") + "/" + Names.route(LAMP);

  private ObjectNode route() {
    return api.find(ROUTE).orElseThrow();
  }

  /** The rule that splits. */
  private static ObjectNode splitting(JsonNode route) {
    return route
        .path("spec")
        .path("rules")
        .valueStream()
        .filter(rule ->
            rule.path("matches").path(0).path("path").path("value").asString("").endsWith("/infer"))
        .map(ObjectNode.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private Map<String, Integer> weights() {
    var weights = new TreeMap<String, Integer>();
    splitting(route())
        .path("backendRefs")
        .forEach(ref -> weights.put(ref.path("name").asString(""), ref.path("weight").asInt(-1)));
    return weights;
  }

  private static String server(int number) {
    return Names.server(rollout(number));
  }

  @Test
  void metadataHealthAndServerInformationComeFromTheStable() throws Exception {
    router.route(LAMP, split(50));

    assertThat(get("/inference/lamps/v2")).isEqualTo(200);
    assertThat(get("/inference/lamps/v2/health/ready")).isEqualTo(200);
    assertThat(get("/inference/lamps/v2/models/lamp")).isEqualTo(200);
    assertThat(get("/inference/lamps/arm")).isEqualTo(404);
    assertThat(get("/inference/lamps/metrics")).isEqualTo(404);
    assertThat(get("/arm")).isEqualTo(404);
  }

  @Test
  void aNewArmIsReachedBeforeItGetsAWeight() throws Exception {
    router.route(LAMP, Split.all(backend(1)));
    var canary = backend(2);
    var early = new AtomicBoolean();
    api.listen((path, object) -> {
      if (path.equals(ROUTE)
          && object.isPresent()
          && api.writes.stream().filter(("PUT " + ROUTE)::equals).count() == 1) {
        early.set(
            splitting(object.get())
                .path("backendRefs")
                .valueStream()
                .anyMatch(ref ->
                    ref.path("name").asString("").equals(server(2))
                        && ref.path("weight").asInt(-1) != 0));
      }
    });
    router.route(LAMP, Split.between(backend(1), canary, 30, 0.6));

    assertThat(early).as("the first write that names the canary gives it a weight").isFalse();
    assertThat(weights()).isEqualTo(Map.of(server(1), 70, server(2), 30));
  }

  @Test
  void aNewArmThatTheGatewayCannotReachGetsNothing() throws Exception {
    router.route(LAMP, Split.all(backend(1)));
    var canary = backend(2);
    api.remove(Kind.ENDPOINT_SLICE.path("models") + "/" + server(2));

    assertThatThrownBy(() -> router.route(LAMP, Split.between(backend(1), canary, 30, 0.6)))
        .isInstanceOf(ClusterUnreachable.class)
        .hasMessageContaining("gets no traffic yet");
    assertThat(weights().getOrDefault(server(2), 0)).isZero();
    infer(30);
  }

  @Test
  void noRuleNamesAShadow() {
    router.route(LAMP, shadowing(40));

    assertThat(route().path("spec").toString()).doesNotContain(server(2));
    assertThat(weights()).isEqualTo(Map.of(server(1), 100));
  }

  @Test
  void aPodThatWasStartedAgainIsToldAgainToCopy() throws Exception {
    router.route(LAMP, shadowing(90));
    node.restart(server(1));
    router.route(LAMP, shadowing(90));
    infer(30);

    await(() -> router.take(rollout(2)).total() > 0);
  }

  @Test
  void theNextControllerTakesUpTheCopiesAndEndsThem() throws Exception {
    router.route(LAMP, shadowing(90));
    try (var next = process(2)) {
      next.route(LAMP, shadowing(90));
      infer(30);
      await(() -> next.take(rollout(2)).total() > 0);
    }
    try (var last = process(3)) {
      last.route(LAMP, Split.all(backend(1)));
      last.take(rollout(1));
      infer(30);
      await(() -> last.totals(rollout(1)).answered() == 30);
      assertThat(last.take(rollout(1)).total()).as("none was drawn for copying").isEqualTo(30);
    }
  }

  @Test
  void withoutATokenNothingIsCopiedAndTrafficGoesOn() throws Exception {
    try (var without = process(1, TestCluster.withoutToken(gateway.uri()))) {
      assertThatThrownBy(() -> without.route(LAMP, shadowing(40)))
          .isInstanceOf(ClusterRefused.class)
          .hasMessageContaining("token");
      infer(20);
    }
  }

  @Test
  void podsThatCannotBeToldKeepNoTrafficFromGoingBack() throws Exception {
    router.route(LAMP, shadowing(40));
    node.closeManagement(server(1));

    assertThatThrownBy(() -> router.route(LAMP, shadowing(40)))
        .isInstanceOf(ClusterUnreachable.class);
    router.route(LAMP, Split.all(backend(1)));
    assertThat(router.split(LAMP)).contains(Split.all(backend(1)));
    infer(10);
  }

  @Test
  void whatOthersAddedStays() throws Exception {
    router.route(LAMP, split(10));
    var changed = route();
    var foreign =
        Cluster.JSON
            .createObjectNode()
            .put("group", "")
            .put("kind", "Service")
            .put("name", "somebody-elses")
            .put("port", 80)
            .put("weight", 0);
    ((ArrayNode) splitting(changed).path("backendRefs")).add(foreign);
    var filter = Cluster.JSON.createObjectNode().put("type", "ResponseHeaderModifier");
    splitting(changed).putArray("filters").add(filter);
    var rule = Cluster.JSON.createObjectNode();
    rule.putArray("matches").addObject().putObject("path").put("type", "Exact").put("value", "/x");
    rule.putArray("backendRefs").add(foreign);
    ((ArrayNode) changed.path("spec").path("rules")).add(rule);
    ((ArrayNode) changed.path("spec").path("parentRefs")).addObject().put("name", "another");
    api.put(ROUTE, changed);
    router.route(LAMP, split(50));

    assertThat(weights()).containsEntry(server(1), 50).containsEntry("somebody-elses", 0);
    assertThat(splitting(route()).path("filters").path(0)).isEqualTo(filter);
    assertThat(route().path("spec").path("rules")).contains(rule);
    assertThat(route().path("spec").path("parentRefs")).hasSize(2);
    router.close(LAMP);
    assertThat(route().path("spec").path("rules")).anyMatch(rule::equals);
  }

  @Test
  void aWeightThatSomebodyChangedIsReadBackAndSetAgain() {
    router.route(LAMP, split(10));
    var changed = route();
    ((ObjectNode) splitting(changed).path("backendRefs").path(0)).put("weight", 20);
    ((ObjectNode) splitting(changed).path("backendRefs").path(1)).put("weight", 80);
    api.put(ROUTE, changed);

    assertThat(router.split(LAMP).orElseThrow().canaryWeight()).isEqualTo(80);
    router.route(LAMP, split(10));
    assertThat(router.split(LAMP)).contains(split(10));
  }

  @Test
  void aConflictIsReadAgainAndOneWithoutEndIsGivenUp() {
    router.route(LAMP, split(10));
    api.answer(409, 2, "PUT", "httproutes");
    router.route(LAMP, split(50));
    assertThat(weights()).containsEntry(server(2), 50);

    api.answer(409, 1000, "PUT", "httproutes");
    assertThatThrownBy(() -> router.route(LAMP, Split.all(backend(1))))
        .isInstanceOf(ClusterUnreachable.class)
        .hasMessageContaining("others changed it 6 times");
    api.recover();
    router.route(LAMP, Split.all(backend(1)));
    assertThat(weights()).isEqualTo(Map.of(server(1), 100));
  }

  @Test
  void aWriteWhoseAnswerIsLostIsNotWrittenAgain() {
    router.route(LAMP, split(10));
    api.writes.clear();
    api.loseTheAnswer("PUT", "httproutes");
    router.route(LAMP, split(50));

    assertThat(api.writes).containsExactly("PUT " + ROUTE);
    assertThat(weights()).containsEntry(server(2), 50);
  }

  @Test
  void aFirstWriteWhoseAnswerIsLostIsFound() {
    var stable = backend(1);
    api.writes.clear();
    api.loseTheAnswer("POST", "httproutes");
    router.route(LAMP, Split.all(stable));

    assertThat(api.writes).containsExactly("POST " + ROUTE);
  }

  @Test
  void whatTheControllerRefusesIsTakenBackAndNotTriedAtOnceAgain() throws Exception {
    router.route(LAMP, split(10));
    gateway.mood = FakeGateway.Mood.REFUSES;
    assertThatThrownBy(() -> router.route(LAMP, split(50)))
        .isInstanceOf(ClusterUnreachable.class)
        .hasMessageContaining("ResolvedRefs is False: RefNotPermitted")
        .hasMessageContaining("was put back");

    assertThat(weights()).containsEntry(server(2), 10);
    gateway.mood = FakeGateway.Mood.ACCEPTS;
    api.writes.clear();
    assertThatThrownBy(() -> router.route(LAMP, split(50)))
        .hasMessageContaining("tried again later");
    assertThat(api.writes).isEmpty();
    router.route(LAMP, Split.all(backend(1)));
    assertThat(weights()).as("a rollback is not held up").isEqualTo(Map.of(server(1), 100));
  }

  @Test
  void whatTheControllerSaysNothingOfIsUnknown() {
    router.route(LAMP, split(10));
    gateway.mood = FakeGateway.Mood.SAYS_NOTHING;

    assertThatThrownBy(() -> router.route(LAMP, split(50)))
        .isInstanceOf(ClusterUnreachable.class)
        .hasMessageContaining("no controller of Gateway models/fovea has looked");
  }

  @Test
  void anAcceptedRouteThatAnswers500IsTakenBackAtOnce() throws Exception {
    router.route(LAMP, split(10));
    var before = route();
    // As a gateway does that accepts a filter and can't do it: somebody adds it between the
    // reading and the writing.
    api.listen((path, object) -> {
      if (path.equals(ROUTE)
          && object.isPresent()
          && splitting(object.get()).path("backendRefs").path(1).path("weight").asInt(0) == 50
          && !splitting(object.get()).has("filters")) {
        var broken = object.get();
        splitting(broken).putArray("filters").addObject().put("type", "RequestMirror");
        api.put(ROUTE, broken);
      }
    });
    assertThatThrownBy(() -> router.route(LAMP, split(50)))
        .isInstanceOf(ClusterUnreachable.class)
        .hasMessageContaining("5 of 5 probes");

    assertThat(route().path("spec")).isEqualTo(before.path("spec"));
    infer(30);
  }

  @Test
  void waitsWhereTheApiServerIsBusyAndLeavesTheWeightsWhereItIsGone() throws Exception {
    router.route(LAMP, split(10));
    api.answer(429, 1, "PUT", "httproutes", "Retry-After", "1");
    router.route(LAMP, split(30));
    assertThat(weights()).containsEntry(server(2), 30);

    api.down = true;
    assertThatThrownBy(() -> router.route(LAMP, Split.all(backendAlone(1))))
        .isInstanceOf(ClusterUnreachable.class);
    assertThatThrownBy(() -> router.split(LAMP)).isInstanceOf(ClusterUnreachable.class);
    assertThatThrownBy(() -> router.take(rollout(1))).isInstanceOf(ClusterUnreachable.class);
    assertThatThrownBy(() -> router.drained(rollout(2), Duration.ZERO))
        .isInstanceOf(ClusterUnreachable.class);
    infer(30); // the gateway goes on
    api.recover();
    assertThat(router.split(LAMP)).contains(split(30));
  }

  private Backend backendAlone(int number) {
    return new Backend(rollout(number), Integer.toString(number), URI.create("http://unused"));
  }

  @Test
  void aControllerWhoseTurnIsOverWritesNoMore() {
    router.route(LAMP, split(10));
    try (var next = process(2)) {
      next.route(LAMP, split(10));
      assertThatThrownBy(() -> router.route(LAMP, split(50))).isInstanceOf(NotTheWriter.class);
      assertThat(weights()).containsEntry(server(2), 10);
      next.route(LAMP, split(30));
      assertThat(weights()).containsEntry(server(2), 30);
    }
  }

  @Test
  void anotherProcessReadsTheSplitAndCountsNothingTwice() throws Exception {
    router.route(LAMP, split(0));
    infer(20);
    router.take(rollout(1));
    infer(5);
    try (var next = process(2)) {
      assertThat(next.split(LAMP)).contains(split(0));
      assertThat(next.take(rollout(1)).total()).as("where its counting begins").isZero();
      next.route(LAMP, split(0));
      infer(7);
      await(() -> next.totals(rollout(1)).answered() == 7);
      assertThat(next.take(rollout(1)).total()).isEqualTo(7);
    }
  }

  @Test
  void aPodThatBeginsAnewCountsFromItsFirstRequest() throws Exception {
    router.route(LAMP, split(0));
    infer(20);
    router.take(rollout(1));
    node.restart(server(1));
    infer(6);

    await(() -> router.totals(rollout(1)).answered() >= 26);
    assertThat(router.take(rollout(1)).total()).isEqualTo(6);
  }

  @Test
  void aPodThatCannotBeReadIsNeverCountedAsNothing() throws Exception {
    router.route(LAMP, split(0));
    infer(5);
    var path = Kind.ENDPOINT_SLICE.path("models") + "/" + server(1);
    var slice = api.find(path).orElseThrow();
    var moved = slice.deepCopy();
    ((ObjectNode) moved.path("ports").path(0)).put("port", 1);
    api.put(path, moved);
    assertThatThrownBy(() -> router.take(rollout(1))).isInstanceOf(ClusterUnreachable.class);
    api.remove(path);
    assertThatThrownBy(() -> router.take(rollout(1)))
        .isInstanceOf(ClusterUnreachable.class)
        .hasMessageContaining("no pod of it serves");
    api.put(path, slice);

    assertThat(router.take(rollout(1)).total()).isEqualTo(5);
  }

  @Test
  void drainingWaitsForTheGatewayToFollow() {
    router.route(LAMP, split(10));
    router.route(LAMP, Split.all(backend(1)));

    assertThat(router.drained(rollout(2), Duration.ZERO)).as("at once").isFalse();
    await(() -> router.drained(rollout(2), Duration.ZERO));
  }

  @Test
  void aShadowIsNotDrainedHoweverLongItIsOne() throws Exception {
    router.route(LAMP, shadowing(40));

    assertThat(router.drained(rollout(2), Duration.ZERO)).as("at once").isFalse();
    Thread.sleep(TestCluster.properties(gateway.uri()).settle().multipliedBy(2));
    assertThat(router.drained(rollout(2), Duration.ZERO)).as("after a while").isFalse();
  }

  @Test
  void unsureIsWhatTheSplitSaysForBothArms() throws Exception {
    router.route(LAMP, Split.between(backend(1), backend(2), 0, 0.99999));
    infer("", Traffic.pixels(0.51));
    await(() -> router.totals(rollout(1)).answered() == 1);

    assertThat(router.take(rollout(1)).unsure()).isEqualTo(1);
  }
}
