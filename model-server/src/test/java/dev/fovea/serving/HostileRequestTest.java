package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases M1 to M5, M9 and M10 of the security research. After each the server still answers. */
class HostileRequestTest {
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

  @AfterEach
  void isAlive() {
    assertThat(client.infer(Client.pixels(0.75)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v2/",
        "/v2/models",
        "/v2/models/",
        "/v2/models/other",
        "/v2/models/lamp/versions/4",
        "/v2/models/lamp/versions/3/x",
        "/v2/repository/index",
        "/v2/systemsharedmemory/status",
        "/v2/models/..%2flamp",
        "/v2/models/lamp%2f..%2flamp",
        "/v2/models/%6camp",
        "/v2/models/lamp/versions/..%2f3",
        "/v2/models/lamp/",
        "/v2/models/lamp;v=3",
        "/metrics/",
        "/v2x"
      })
  void knowsNoOtherPath(String path) {
    var reply = client.get(path);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.error()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v2/repository/models/lamp/unload", "/v2/cudasharedmemory/region/x/register"})
  void neitherUnloadsNorSharesMemory(String path) {
    assertThat(client.post(path, "{}".getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(404);
  }

  @Test
  void takesEachMethodOnItsOwnPathOnly() {
    assertThat(client.get("/v2/models/lamp/infer").status()).isEqualTo(405);
    assertThat(client.post("/v2", new byte[0]).status()).isEqualTo(405);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | START_ARRAY",
        "{\"inputs\": | not understood",
        "{\"inputs\": []} | no inputs",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [2147483648], \"data\": []}]} | 2147483648",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [-1,1,4,4], \"data\": []}]} | -1",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [65536,65536], \"data\": []}]} | elements",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [1,1,4,99999999999999999999], \"data\": []}]} | not understood",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [0,1,4,4], \"data\": []}]} | 0 images",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [1,1,4,4], \"data\": [1]}]} | expected: 16",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [1,1,2,8], \"data\": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}]} | [1, 1, 2, 8]",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [], \"data\": [1]}]} | 0 images",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"INT64\", \"shape\": [1], \"data\": [1]}]} | INT64",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [1], \"data\": [\"x\"]}]} | numbers for FP32",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [1], \"data\": [NaN]}]} | not understood",
        "{\"inputs\": [{\"name\": \"pixels\", \"datatype\": \"FP32\", \"shape\": [1], \"data\": {}}]} | START_OBJECT",
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [1], \"data\": [\"?\"]}]} | base64",
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [100], \"parameters\": {\"binary_data_size\": 400}}]} | 0 bytes are left",
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [1], \"parameters\": {\"binary_data_size\": -5}}]} | -5",
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [1], \"parameters\": {\"shared_memory_region\": \"x\"}}]} | shared memory",
        "{\"inputs\": [{\"name\": \"weights\", \"datatype\": \"FP32\", \"shape\": [1], \"data\": [1]}]} | not in the model",
        "{\"inputs\": [{\"name\": \"a\", \"datatype\": \"FP32\", \"shape\": [1], \"data\": [1]}, {\"name\": \"a\", \"datatype\": \"FP32\", \"shape\": [1], \"data\": [1]}]} | twice",
      })
  void saysWhatIsWrong(String json, String expected) {
    var reply = client.infer(json);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).contains(expected);
  }

  @Test
  void stopsAtTheSeventeenthInput() {
    var one = "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]},";

    var reply = client.infer("{\"inputs\":[" + one.repeat(100_000) + "]}");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).contains("more than 16");
  }

  @Test
  void refusesDeepNesting() {
    var reply =
        client.infer(
            "{\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":"
                + "[".repeat(100_000));

    assertThat(reply.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"4, 2147483647", "8, 1000", "3, 0"})
  void refusesLyingLengthsOfBytes(int size, int claimed) {
    var json =
        "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":%d}}]}"
            .formatted(size)
            .getBytes(StandardCharsets.UTF_8);
    var body = Arrays.copyOf(json, json.length + size);
    for (int i = 0; i < Math.min(4, size); i++) {
      body[json.length + i] = (byte) (claimed >>> 8 * i);
    }

    var reply =
        client.post(
            "/v2/models/lamp/infer", body, "Inference-Header-Content-Length", "" + json.length);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).containsAnyOf("claims", "left over");
  }

  @ParameterizedTest
  @ValueSource(strings = {"100000", "-1", "0", "1e3", "99999999999"})
  void refusesALyingHeader(String length) {
    var reply =
        client.post(
            "/v2/models/lamp/infer",
            "{}".getBytes(StandardCharsets.UTF_8),
            "Inference-Header-Content-Length",
            length);

    assertThat(reply.status()).isEqualTo(400);
  }

  @Test
  void takesTenMegabytesInSixByteChunks() throws Exception {
    assertThat(chunked(10 << 20)).startsWith("HTTP/1.1 400");
  }

  @Test
  void stopsReadingChunksAtTheLimit() throws Exception {
    assertThat(chunked(40 << 20)).startsWith("HTTP/1.1 413");
  }

  @Test
  void refusesATooLargeBodyByItsLength() throws Exception {
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              "POST /v2/models/lamp/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(statusLine(socket)).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void stopsInflatingAtTheLimit() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      var zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        gzip.write(zeros);
      }
    }

    var reply =
        client.post("/v2/models/lamp/infer", packed.toByteArray(), "Content-Encoding", "gzip");

    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.error()).contains("16.0 MiB");
  }

  @Test
  void refusesBrokenAndUnknownCompression() {
    var body = "no gzip".getBytes(StandardCharsets.UTF_8);

    assertThat(client.post("/v2/models/lamp/infer", body, "Content-Encoding", "gzip").status())
        .isEqualTo(400);
    assertThat(client.post("/v2/models/lamp/infer", body, "Content-Encoding", "br").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999", "-1e999", "1e38"})
  void answersNumbersThatAreNone(String value) {
    var data = (value + ",").repeat(15) + value;
    var reply =
        client.infer(
            "{\"inputs\":[{\"name\":\"pixels\",\"shape\":[1,1,4,4],\"datatype\":\"FP32\",\"data\":[%s]}]}"
                .formatted(data));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("outputs").size()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void answersBinaryNumbersThatAreNoneWithoutAClass(float value) {
    var json =
        """
        {"inputs":[{"name":"pixels","shape":[1,1,4,4],"datatype":"FP32","parameters":{"binary_data_size":64}}]}\
        """
            .getBytes(StandardCharsets.UTF_8);
    var body = ByteBuffer.allocate(json.length + 64).order(ByteOrder.LITTLE_ENDIAN).put(json);
    for (int i = 0; i < 16; i++) {
      body.putFloat(value);
    }

    var reply =
        client.post(
            "/v2/models/lamp/infer",
            body.array(),
            "Inference-Header-Content-Length",
            "" + json.length);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header(ModelServer.CONFIDENCE)).isEqualTo("0.000000");
    assertThat(reply.json().path("outputs").get(1).path("data").toString())
        .isEqualTo("[null,null]");
    assertThat(reply.json().path("outputs").get(2).path("data").toString()).isEqualTo("[\"\"]");
  }

  private static String chunked(int bytes) throws IOException {
    try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket.setSoTimeout(30_000);
      var out = socket.getOutputStream();
      out.write(
          "POST /v2/models/lamp/infer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      var thousand = "6\r\n      \r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
      try {
        for (int sent = 0; sent < bytes; sent += 6000) {
          out.write(thousand);
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException _) {
        // The server may hang up on the rest once it has answered.
      }
      return statusLine(socket);
    }
  }

  private static String statusLine(Socket socket) throws IOException {
    var line = new StringBuilder();
    for (int c = socket.getInputStream().read();
        c >= 0 && c != '\r';
        c = socket.getInputStream().read()) {
      line.append((char) c);
    }
    return line.toString();
  }
}
