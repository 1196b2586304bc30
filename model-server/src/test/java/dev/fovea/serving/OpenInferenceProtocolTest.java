package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OpenInferenceProtocolTest {
  private static ModelServer server;
  private static Client client;

  @BeforeAll
  static void start() {
    server = ModelServer.start(TestModels.config("bright"));
    client = new Client(server.uri());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void saysWhatItIs() {
    var info = client.get("/v2").json();

    assertThat(info.path("name").stringValue()).isEqualTo("fovea-model-server");
    assertThat(info.path("extensions").toString()).isEqualTo("[\"binary_tensor_data\"]");
  }

  @Test
  void isLiveAndReady() {
    assertThat(client.get("/v2/health/live").status()).isEqualTo(200);
    assertThat(client.get("/v2/health/ready").status()).isEqualTo(200);
    assertThat(client.get("/v2/models/lamp/ready").status()).isEqualTo(200);
    assertThat(client.get("/v2/models/lamp/versions/3/ready").status()).isEqualTo(200);
  }

  @Test
  void describesTheModelUnderEachOfItsPaths() {
    var plain = client.get("/v2/models/lamp").json();

    assertThat(plain).isEqualTo(client.get("/v2/models/lamp/versions/3").json());
    assertThat(plain.path("inputs").toString())
        .isEqualTo(
            """
            [{"name":"pixels","datatype":"FP32","shape":[-1,1,4,4]},{"name":"image","datatype":"BYTES","shape":[-1]}]\
            """);
    assertThat(plain.path("outputs").toString())
        .isEqualTo(
            """
            [{"name":"logits","datatype":"FP32","shape":[-1,2]},\
            {"name":"probabilities","datatype":"FP32","shape":[-1,2]},\
            {"name":"label","datatype":"BYTES","shape":[-1]}]\
            """);
  }

  @Test
  void answersWithEveryOutputAndEchoesTheId() {
    var answer = client.infer(Client.pixels(0.75, 0.25)).json();

    assertThat(answer.path("id").stringValue()).isEqualTo("q1");
    assertThat(answer.path("model_name").stringValue()).isEqualTo("lamp");
    assertThat(answer.path("model_version").stringValue()).isEqualTo("3");
    var outputs = answer.path("outputs");
    assertThat(outputs.get(0).path("data").toString()).isEqualTo("[-2.0,2.0,2.0,-2.0]");
    assertThat(outputs.get(1).path("shape").toString()).isEqualTo("[2,2]");
    double sure = 1 / (1 + Math.exp(-4));
    assertThat(outputs.get(1).path("data").get(1).doubleValue()).isCloseTo(sure, within(1e-6));
    assertThat(outputs.get(2).path("data").toString()).isEqualTo("[\"bright\",\"dark\"]");
  }

  @Test
  void tellsTheLowestConfidenceOfTheAnswer() {
    var reply = client.infer(Client.pixels(0.9, 0.5));

    assertThat(reply.header(ModelServer.CONFIDENCE)).isEqualTo("0.500000");
  }

  @Test
  void takesNestedData() {
    var row = "[0.75,0.75,0.75,0.75]";
    var reply =
        client.infer(
            """
            {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [1,1,4,4],
              "data": [[[%s,%s,%s,%s]]]}], "outputs": [{"name": "label"}]}\
            """
                .formatted(row, row, row, row));

    assertThat(reply.json().path("outputs").toString())
        .isEqualTo(
            """
            [{"name":"label","datatype":"BYTES","shape":[1],"data":["bright"]}]\
            """);
  }

  @Test
  void readsAndWritesBinaryTensors() {
    var json =
        """
        {"inputs": [{"name": "pixels", "shape": [1,1,4,4], "datatype": "FP32", "parameters": {"binary_data_size": 64}}],
         "outputs": [{"name": "logits", "parameters": {"binary_data": true}}, {"name": "label", "parameters": {"binary_data": true}},
                     {"name": "probabilities", "parameters": {"binary_data": false}}]}\
        """
            .getBytes(StandardCharsets.UTF_8);
    var reply =
        client.post(
            "/v2/models/lamp/versions/3/infer",
            join(json, floats(0.75f, 16)),
            "Inference-Header-Content-Length",
            Integer.toString(json.length));

    int length = Integer.parseInt(reply.header("Inference-Header-Content-Length"));
    var header = new String(reply.body(), 0, length, StandardCharsets.UTF_8);
    assertThat(header).contains("\"binary_data_size\":8", "\"binary_data_size\":10", "\"data\":[");
    var tail = ByteBuffer.wrap(reply.body(), length, 18).slice().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(tail.getFloat()).isEqualTo(-2f);
    assertThat(tail.getFloat()).isEqualTo(2f);
    assertThat(tail.getInt()).isEqualTo(6);
    assertThat(reply.header("Content-Type")).isEqualTo("application/octet-stream");
  }

  @Test
  void sendsAllOutputsAsBinaryWhenAskedOnce() {
    var reply =
        client.infer(
            Client.pixels(0.75)
                .replace("{\"id\"", "{\"parameters\":{\"binary_data_output\":true},\"id\""));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Inference-Header-Content-Length")).isNotEmpty();
  }

  @Test
  void inflatesABody() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(Client.pixels(0.75).getBytes(StandardCharsets.UTF_8));
    }

    var reply =
        client.post("/v2/models/lamp/infer", packed.toByteArray(), "Content-Encoding", "gzip");

    assertThat(reply.status()).isEqualTo(200);
  }

  @Test
  void countsForPrometheus() {
    client.infer(Client.pixels(0.9));
    client.infer("{}");

    assertThat(client.get("/metrics").body())
        .asString(StandardCharsets.UTF_8)
        .containsPattern(
            "fovea_inference_requests_total\\{model=\"lamp\",version=\"3\",code=\"200\"} [1-9]")
        .containsPattern(
            "fovea_inference_requests_total\\{model=\"lamp\",version=\"3\",code=\"400\"} [1-9]")
        .containsPattern("nv_inference_request_success\\{model=\"lamp\",version=\"3\"} [1-9]")
        .containsPattern(
            "fovea_answer_confidence_bucket\\{model=\"lamp\",version=\"3\",le=\"0.99\"} \\d+")
        .contains("fovea_frames_dropped_total{model=\"lamp\",version=\"3\"} 0");
  }

  @Test
  void runsAModelForOneImageOnceForEach() {
    try (var fixed = ModelServer.start(TestModels.config("softmax"))) {
      var answer = new Client(fixed.uri()).infer(Client.pixels(0.75, 0.25, 0.75)).json();

      assertThat(answer.path("outputs").get(0).path("shape").toString()).isEqualTo("[3,2]");
      assertThat(answer.path("outputs").get(2).path("data").toString())
          .isEqualTo("[\"bright\",\"dark\",\"bright\"]");
      // The model ends in a softmax: its outputs are the probabilities, not softmax of them.
      assertThat(answer.path("outputs").get(1).path("data"))
          .isEqualTo(answer.path("outputs").get(0).path("data"));
    }
  }

  private static byte[] floats(float value, int count) {
    var data = new float[count];
    Arrays.fill(data, value);
    var buffer = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(data);
    return buffer.array();
  }

  private static byte[] join(byte[] first, byte[] second) {
    var all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
