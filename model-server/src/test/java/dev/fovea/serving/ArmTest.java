package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.LatencyBuckets;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a controller reads of a model server that it didn't start in its own process. */
class ArmTest {
  private ModelServer server;
  private Client client;

  @BeforeEach
  void start() {
    server = ModelServer.start(TestModels.config("bright").behind("/inference/lamps"));
    client = new Client(server.uri());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void countsWhatItAnsweredAndHowSureItWas() {
    client.infer(Client.pixels(0.9));
    client.infer(Client.pixels(0.51));
    client.infer("no json");

    var arm = arm();
    assertThat(arm.path("answered").asLong()).isEqualTo(2);
    assertThat(arm.path("failed").asLong()).isEqualTo(1);
    assertThat(arm.path("total").asLong()).isEqualTo(3);
    assertThat(arm.path("errors").asLong()).isEqualTo(1);
    assertThat(arm.path("rated").asLong()).isEqualTo(2);
    assertThat(arm.path("underWay").asLong()).isZero();
    assertThat(sum(arm.path("latencies"))).isEqualTo(2);
    assertThat(sum(arm.path("confidences"))).isEqualTo(2);
    assertThat(arm.path("confidences").propertyNames())
        .as("thousandths, one sure and one unsure answer")
        .anyMatch(each -> Integer.parseInt(each) > 900)
        .anyMatch(each -> Integer.parseInt(each) < 600);
    arm.path("latencies")
        .propertyNames()
        .forEach(each -> assertThat(Integer.parseInt(each)).isBetween(0, LatencyBuckets.LAST));
  }

  @Test
  void aRequestThatNamesAVersionIsAnsweredButNotDrawn() {
    var body = Client.pixels(0.9).getBytes(StandardCharsets.UTF_8);
    client.post("/v2/models/lamp/versions/3/infer", body);

    var arm = arm();
    assertThat(arm.path("answered").asLong()).isEqualTo(1);
    assertThat(arm.path("total").asLong()).isZero();
    assertThat(arm.path("rated").asLong()).isZero();
  }

  @Test
  void everyProcessHasABootOfItsOwn() {
    var first = arm().path("boot").asString();
    assertThat(arm().path("boot").asString()).isEqualTo(first);
    try (var other = ModelServer.start(TestModels.config("bright"))) {
      assertThat(new Client(other.uri()).get("/arm").json().path("boot").asString())
          .isNotEqualTo(first);
    }
  }

  @Test
  void answersBehindItsPrefixToo() {
    var body = Client.pixels(0.9).getBytes(StandardCharsets.UTF_8);
    assertThat(client.post("/inference/lamps/v2/models/lamp/infer", body).status()).isEqualTo(200);
    assertThat(client.get("/inference/lamps/v2/health/ready").status()).isEqualTo(200);
    assertThat(client.get("/inference/lamps/v2/models/lamp/versions/3/ready").status())
        .isEqualTo(200);
    assertThat(client.get("/v2/health/ready").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/inference/lamps/arm",
        "/inference/lamps/metrics",
        "/inference/lamps",
        "/inference/others/v2",
        "/inference/lamps/inference/lamps/v2",
        "/inference/lamps%2fv2",
        "/arm/"
      })
  void showsNothingElseBehindThePrefix(String path) {
    assertThat(client.get(path).status()).isEqualTo(404);
  }

  @Test
  void theArmIsReadAndNeverWritten() {
    assertThat(client.post("/arm", new byte[0]).status()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inference", "/a//b", "/a/", "/..", "/a/../b", "/A", "/a b"})
  void refusesAPrefixThatIsNoPath(String prefix) {
    assertThatThrownBy(() -> TestModels.config("bright").behind(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path prefix");
  }

  /** Once nothing is under way: an answer is counted when the client has it already. */
  private JsonNode arm() {
    for (int i = 0; i < 1000; i++) {
      var reply = client.get("/arm");
      assertThat(reply.status()).isEqualTo(200);
      if (reply.json().path("underWay").asLong() == 0) {
        return reply.json();
      }
    }
    throw new AssertionError("requests stay under way");
  }

  private static long sum(JsonNode counts) {
    return counts.values().stream().mapToLong(JsonNode::asLong).sum();
  }
}
