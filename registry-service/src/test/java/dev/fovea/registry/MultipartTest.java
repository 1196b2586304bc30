package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.PartKey;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Files in parts, as MLflow's client sends them, and in every way that it never would. */
class MultipartTest extends RegistryTest {
  private static final String API = "/api/2.0/mlflow-artifacts/";
  private static final int LIMIT = 1 << 20;

  @Autowired private ObjectStore objects;

  private final Name project = project();
  private final Random random = new Random(20261128);
  private Mlflow mlflow;
  private Mlflow nobody;
  private String run;

  @BeforeEach
  void aRun() {
    mlflow = mlflow(project);
    nobody = new Mlflow(server(), Map.of());
    run = mlflow.run("0", "r");
  }

  /** An upload that was begun, as its client knows it. */
  private record Upload(String id, List<String> addresses) {}

  @Test
  void partsInAnyOrderBecomeOneFileThatIsSeenOnlyWhenItIsComplete() throws Exception {
    var content = bytes(700_001);
    var upload = begin("model/weights.bin", 3);
    assertThat(upload.addresses()).hasSize(3).allMatch(url -> url.startsWith(server() + API));
    var tags = new HashMap<Integer, String>();
    for (int number : new int[] {3, 1, 2}) {
      tags.put(number, send(upload, number, part(content, 3, number)));
      assertThat(load("model/weights.bin").status()).as("after part " + number).isEqualTo(404);
    }
    assertThat(list()).isEmpty();

    mlflow.ok(complete("model/weights.bin", upload.id(), parts(tags)));

    assertThat(load("model/weights.bin").body()).isEqualTo(content);
    assertThat(list()).containsExactly("model");
    assertThat(objects.exists(Digest.sha256(content))).isTrue();
    for (int number = 1; number <= 3; number++) {
      assertThat(objects.transfers().size(new PartKey(upload.id(), number), tags.get(number)))
          .as("part " + number)
          .isEmpty();
    }
  }

  @Test
  void clientsThatNameTheWholeLocalPathMeanItsLastPart() {
    var answer = begins("", Map.of("path", "/home/ada/run 7/mödel.bin", "num_parts", "1"));
    var upload = upload(mlflow.ok(answer));
    var tag = send(upload, 1, bytes(10));
    var body = body("C:\\ada\\mödel.bin", upload.id(), parts(Map.of(1, tag)));
    mlflow.ok(post("mpu/complete", "", body));
    assertThat(list()).containsExactly("mödel.bin");
  }

  @Test
  void aCompletionWhoseAnswerWasLostIsAnsweredAgain() {
    var upload = begin("a.bin", 2);
    var tags = sendAll(upload, bytes(1_000), 2);
    mlflow.ok(complete("a.bin", upload.id(), tags));
    mlflow.ok(complete("a.bin", upload.id(), tags));
    assertThat(load("a.bin").body()).hasSize(1_000);
  }

  @Test
  void completedManyTimesAtOnceItIsOneFile() throws Exception {
    var content = bytes(900_000);
    var upload = begin("a.bin", 9);
    var tags = sendAll(upload, content, 9);
    Callable<Integer> completion = () -> complete("a.bin", upload.id(), tags).status();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var statuses = new ArrayList<Integer>();
      for (var answer : threads.invokeAll(Collections.nCopies(8, completion))) {
        statuses.add(answer.get());
      }
      // 503 says to ask again, which clients do by themselves.
      assertThat(statuses).isSubsetOf(200, 503).contains(200);
    }
    assertThat(load("a.bin").body()).isEqualTo(content);
    mlflow.ok(complete("a.bin", upload.id(), tags));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "missing in the middle, 1 3, of 1 to 3",
    "missing at the end, 1 2, 'parts: 2 (expected: 3'",
    "out of order, 2 1 3, 'parts: number 2 at place 1'",
    "twice, 1 1 2 3, 'parts: number 1 at place 2'",
    "one too many, 1 2 3 4, 'parts: 4 (expected: 3'",
    "number 0, 0 1 2, 'parts: number 0 at place 1'",
    "a number beyond every type, 4294967297 2 3, number 4294967297"
  })
  void refusesPartsThatAreNotAllOfThemInOrder(String what, String numbers, String text) {
    var upload = begin("a.bin", 3);
    var tags = sendAll(upload, bytes(3_000), 3);
    var named =
        Arrays.stream(numbers.split(" "))
            .map(number -> Map.of("part_number", number, "etag", tags.getFirst().get("etag")))
            .toList();
    var answer = complete("a.bin", upload.id(), named);
    assertThat(answer.status()).as(what).isEqualTo(400);
    assertThat(answer.message()).contains(text);
    assertThat(load("a.bin").status()).isEqualTo(404);
    mlflow.ok(complete("a.bin", upload.id(), tags));
  }

  @Test
  void refusesTagsThatNoPartHas() {
    var upload = begin("a.bin", 2);
    var sent = send(upload, 1, bytes(500));
    var second = send(upload, 2, bytes(500));
    for (var wrong :
        List.of(second, "", "0".repeat(64), "../" + sent, sent.substring(2), "x".repeat(5_000))) {
      var answer = complete("a.bin", upload.id(), parts(Map.of(1, wrong, 2, second)));
      assertThat(answer.status()).as(wrong).isEqualTo(400);
      assertThat(answer.message())
          .matches(".*(part 1: nothing with this ETag|parameter .parts\\[0\\]\\.etag.).*");
    }
    var absent = complete("a.bin", upload.id(), List.of(Map.of("part_number", 1)));
    assertThat(absent.message()).contains("required parameter 'parts[0].etag'");
    assertThat(complete("a.bin", upload.id(), List.of()).message()).contains("parameter 'parts'");

    // Whoever read the address on its way and sends other bytes can't put them into the file.
    send(upload, 1, bytes(500));
    var replaced = complete("a.bin", upload.id(), parts(Map.of(1, sent, 2, second)));
    assertThat(replaced.status()).isEqualTo(400);
  }

  @Test
  void anAddressOpensItsOwnPartAlone() {
    var upload = begin("a.bin", 2);
    var other = begin("b.bin", 2);
    var address = upload.addresses().getFirst();
    var signature = address.substring(address.indexOf('=') + 1);
    for (var forged :
        List.of(
            address.replace("/1?", "/2?"),
            address.replace("/1?", "/3?"),
            address.replace("/1?", "/10001?"),
            address.replace(upload.id(), other.id()),
            address.replace(upload.id(), "f".repeat(32)),
            address.replace(upload.id(), "..%2f" + "f".repeat(28)),
            address.replace("?signature=" + signature, ""),
            address.replace(signature, ""),
            address.replace(signature, signature.substring(1)),
            address.replace(signature, signature + "A"),
            address.replace(signature, "%C3%BC".repeat(100)),
            address.replace("/parts/", "/files/").replace("/1?", "?"))) {
      var answer = nobody.send("PUT", path(forged), bytes(5), "");
      assertThat(answer.status()).as(forged).isIn(400, 403, 404);
    }
    assertThat(nobody.send("PUT", path(address.replace("/1?", "/-1?")), bytes(5), "").status())
        .isEqualTo(404);
    assertThat(nobody.send("GET", path(address), new byte[0], "").status()).isIn(404, 405);
    assertThat(nobody.send("DELETE", path(address), new byte[0], "").status()).isIn(404, 405);
    // And it opens nothing that wants a token.
    assertThat(
            nobody
                .send(
                    "POST",
                    API + "mpu/complete/0/" + run + "/artifacts",
                    Mlflow.json(Map.of()),
                    "application/json")
                .status())
        .isEqualTo(401);
    mlflow.ok(complete("a.bin", upload.id(), sendAll(upload, bytes(10), 2)));
  }

  @Test
  void anAddressEndsWithItsUploadAndWithItsTime() {
    var completed = begin("a.bin", 1);
    mlflow.ok(complete("a.bin", completed.id(), sendAll(completed, bytes(10), 1)));
    var aborted = begin("b.bin", 1);
    mlflow.ok(abort("b.bin", aborted.id()));
    var expired = begin("c.bin", 1);
    var tags = sendAll(expired, bytes(10), 1);
    expire(expired.id());
    for (var upload : List.of(completed, aborted, expired)) {
      var answer = nobody.send("PUT", path(upload.addresses().getFirst()), bytes(9), "");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.code()).isEqualTo("PERMISSION_DENIED");
      assertThat(answer.message()).contains("ask for another");
    }
    assertThat(complete("c.bin", expired.id(), tags).status()).isEqualTo(404);
    assertThat(load("c.bin").status()).isEqualTo(404);
    assertThat(load("a.bin").body()).hasSize(10);
  }

  @Test
  void whatIsAbortedLeavesNothing() throws Exception {
    var upload = begin("a.bin", 2);
    var tag = send(upload, 1, bytes(10));
    mlflow.ok(abort("a.bin", upload.id()));
    mlflow.ok(abort("a.bin", upload.id()));
    assertThat(objects.transfers().size(new PartKey(upload.id(), 1), tag)).isEmpty();
    assertThat(complete("a.bin", upload.id(), parts(Map.of(1, tag, 2, tag))).status())
        .isEqualTo(404);
    assertThat(list()).isEmpty();

    var done = begin("a.bin", 1);
    mlflow.ok(complete("a.bin", done.id(), sendAll(done, bytes(7), 1)));
    assertThat(abort("a.bin", done.id()).status()).isEqualTo(409);
    assertThat(load("a.bin").body()).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "10001", "9223372036854775807", "99999999999999999999", "x"})
  void refusesNumbersOfPartsThatNoUploadHas(String number) {
    var answer = begins("", Map.of("path", "a.bin", "num_parts", number));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("num_parts");
    assertThat(begins("", Map.of("path", "a.bin")).status()).isEqualTo(400);
  }

  @Test
  void takesAsManyPartsAsAnS3Does() {
    assertThat(begin("a.bin", 10_000).addresses()).hasSize(10_000).doesNotHaveDuplicates();
  }

  @Test
  void refusesWhatIsTooLargeInOnePartOrInAll() {
    var upload = begin("a.bin", 2);
    var tooLarge = nobody.send("PUT", path(upload.addresses().getFirst()), bytes(LIMIT + 1), "");
    assertThat(tooLarge.status()).isEqualTo(400);
    assertThat(tooLarge.message()).contains("more than 1048576 bytes");
    var tags = new HashMap<Integer, String>();
    tags.put(1, send(upload, 1, bytes(LIMIT / 2 + 1)));
    tags.put(2, send(upload, 2, bytes(LIMIT / 2)));
    var answer = complete("a.bin", upload.id(), parts(tags));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("more than 1048576 bytes");
    assertThat(load("a.bin").status()).isEqualTo(404);
    tags.put(2, send(upload, 2, bytes(LIMIT / 2 - 1)));
    mlflow.ok(complete("a.bin", upload.id(), parts(tags)));
    assertThat(load("a.bin").body()).hasSize(LIMIT);
  }

  @Test
  void anUploadThatSendsWithoutEndIsEnded() throws Exception {
    var upload = begin("a.bin", 1);
    var tag = send(upload, 1, bytes(LIMIT));
    send(upload, 1, bytes(LIMIT));
    var answer = nobody.send("PUT", path(upload.addresses().getFirst()), bytes(1), "");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.message()).contains("more than 2097152 bytes, repeats included");
    assertThat(objects.transfers().size(new PartKey(upload.id(), 1), tag)).isEmpty();
    assertThat(complete("a.bin", upload.id(), parts(Map.of(1, tag))).status()).isEqualTo(404);
  }

  @Test
  void aProjectHasAThousandOpenUploadsAtMost() {
    JdbcClient.create(database)
        .sql(
            """
            insert into registry.transfer (id, kind, project, experiment, owner, path, parts, secret, state, expires)
            select md5(cast(? as text) || i), 'parts', ?, 0, ?, 'p' || i, 1, '', 'open', now() + interval '1 hour' from generate_series(1, 1000) i
            """)
        .params(run, project.text(), run)
        .update();
    var answer = begins("", Map.of("path", "a.bin", "num_parts", 1));
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.message()).contains("1000 uploads of this project are open");
    var other = mlflow(project());
    var own = other.run("0", "r");
    other.ok(
        other.send(
            "POST",
            API + "mpu/create/0/" + own + "/artifacts",
            Mlflow.json(Map.of("path", "a", "num_parts", 1)),
            "application/json"));
  }

  /** R4: as with files that go whole. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "/x/..",
        "a/",
        "a\\",
        ".",
        "%2e%2e",
        "%252e%252e",
        "a%2f..%2f..%2fb",
        "a\u0000b",
        "a\nb",
        "．．",
        "C:",
        ""
      })
  void refusesNamesThatTryToLeave(String name) {
    assertThat(begins("", Map.of("path", name, "num_parts", 1)).status()).isEqualTo(400);
    assertThat(list()).isEmpty();
  }

  /** R4. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/../x", "/%2e%2e", "/a/..%5c..", "/a%00", "//etc", "/./a", "/%EF%BC%8E%EF%BC%8E"})
  void refusesFoldersThatTryToLeave(String folder) {
    for (var call : List.of("mpu/create", "mpu/complete", "mpu/abort")) {
      var answer =
          mlflow.send(
              "POST",
              API + call + "/0/" + run + "/artifacts" + folder,
              Mlflow.json(
                  Map.of(
                      "path",
                      "a",
                      "num_parts",
                      1,
                      "upload_id",
                      "x",
                      "parts",
                      parts(Map.of(1, "t")))),
              "application/json");
      assertThat(answer.status()).as(call).isIn(400, 404);
    }
  }

  @Test
  void refusesWhatCouldNotBeKeptBeforeItIsSent() {
    mlflow.put("0", run, "x/a.txt", "a");
    assertThat(begins("", Map.of("path", "x", "num_parts", 1)).status()).isEqualTo(400);
    assertThat(begins("/x/a.txt", Map.of("path", "b", "num_parts", 1)).status()).isEqualTo(400);
    mlflow.ok(mlflow.register("kept", Map.of("model.onnx", "weights")));
    var registered =
        mlflow.ok(mlflow.get("model-versions/get", Map.of("name", "kept", "version", "1")));
    var frozen = registered.at("/model_version/run_id").asString();
    var answer =
        mlflow.send(
            "POST",
            API + "mpu/create/0/" + frozen + "/artifacts/model",
            Mlflow.json(Map.of("path", "model.onnx", "num_parts", 1)),
            "application/json");
    assertThat(answer.status()).isEqualTo(409);
  }

  @Test
  void aRunThatIsDeletedMeanwhileGetsNothing() {
    var upload = begin("a.bin", 1);
    var tags = sendAll(upload, bytes(10), 1);
    mlflow.ok(mlflow.post("runs/delete", Map.of("run_id", run)));
    assertThat(complete("a.bin", upload.id(), tags).status()).isEqualTo(404);
    assertThat(begins("", Map.of("path", "b.bin", "num_parts", 1)).status()).isEqualTo(404);
    mlflow.ok(mlflow.post("runs/restore", Map.of("run_id", run)));
    assertThat(list()).isEmpty();
    mlflow.ok(complete("a.bin", upload.id(), tags));
    assertThat(load("a.bin").body()).hasSize(10);
  }

  @Test
  void anUploadOfAnotherProjectOrPathIsNone() {
    var upload = begin("a.bin", 1);
    var tags = sendAll(upload, bytes(10), 1);
    var path = API + "mpu/%s/0/" + run + "/artifacts";
    var other = mlflow(project());
    for (var call : List.of("create", "complete", "abort")) {
      var answer =
          other.send(
              "POST",
              path.formatted(call),
              Mlflow.json(
                  Map.of("path", "a.bin", "num_parts", 1, "upload_id", upload.id(), "parts", tags)),
              "application/json");
      assertThat(answer.status()).as(call).isEqualTo(404);
    }
    assertThat(complete("b.bin", upload.id(), tags).status()).isEqualTo(404);
    assertThat(abort("b.bin", upload.id()).status()).isEqualTo(404);
    assertThat(abort("a.bin", "..%2f" + upload.id()).status()).isEqualTo(404);
    mlflow.ok(complete("a.bin", upload.id(), tags));
  }

  @Test
  void saysToClientsWhatItDoes() {
    var info = mlflow.ok(mlflow.send("GET", "/api/3.0/mlflow/server-info", new byte[0], ""));
    assertThat(info.path("multipart_uploads_enabled").asBoolean()).isTrue();
    assertThat(info.path("multipart_downloads_enabled").asBoolean())
        .as("without an S3 that clients reach")
        .isFalse();
    assertThat(info.path("presigned_upload_run_id_supported").asBoolean()).isTrue();
    assertThat(info.path("presigned_upload_model_id_supported").asBoolean()).isTrue();
    mlflow.put("0", run, "a.txt", "a");
    var presigned =
        mlflow.send("GET", API + "presigned/0/" + run + "/artifacts/a.txt", new byte[0], "");
    assertThat(presigned.status()).as("clients then read it whole").isEqualTo(501);
    assertThat(presigned.message())
        .startsWith("Presigned download is not supported for the current artifact repository");
  }

  private Upload begin(String path, int parts) {
    int slash = path.lastIndexOf('/');
    var folder = slash < 0 ? "" : "/" + path.substring(0, slash);
    var fields = Map.of("path", path.substring(slash + 1), "num_parts", (Object) parts);
    return upload(mlflow.ok(begins(folder, fields)));
  }

  private static Upload upload(tools.jackson.databind.JsonNode answer) {
    var credentials = answer.path("credentials");
    for (int i = 0; i < credentials.size(); i++) {
      assertThat(credentials.path(i).path("part_number").isIntegralNumber()).isTrue();
      assertThat(credentials.path(i).path("part_number").asInt()).isEqualTo(i + 1);
    }
    return new Upload(
        answer.path("upload_id").asString(),
        credentials.valueStream().map(each -> each.path("url").asString()).toList());
  }

  private Mlflow.Answer begins(String folder, Map<String, ?> fields) {
    return post("mpu/create", folder, fields);
  }

  private Mlflow.Answer complete(String path, String upload, List<?> parts) {
    int slash = path.lastIndexOf('/');
    var folder = slash < 0 ? "" : "/" + path.substring(0, slash);
    return post("mpu/complete", folder, body(path.substring(slash + 1), upload, parts));
  }

  private Mlflow.Answer abort(String path, String upload) {
    return post("mpu/abort", "", Map.of("path", path, "upload_id", upload));
  }

  private static Map<String, Object> body(String name, String upload, List<?> parts) {
    return Map.of("path", name, "upload_id", upload, "parts", parts);
  }

  private Mlflow.Answer post(String call, String folder, Map<String, ?> fields) {
    return mlflow.send(
        "POST",
        API + call + "/0/" + run + "/artifacts" + folder,
        Mlflow.json(fields),
        "application/json");
  }

  /** Without a token, as the client does. */
  private String send(Upload upload, int number, byte[] content) {
    var answer = nobody.send("PUT", path(upload.addresses().get(number - 1)), content, "");
    mlflow.ok(answer);
    assertThat(answer.header("ETag")).matches("\"[!-~]+\"");
    return answer.header("ETag");
  }

  private List<Map<String, Object>> sendAll(Upload upload, byte[] content, int count) {
    var tags = new HashMap<Integer, String>();
    for (int number = 1; number <= count; number++) {
      tags.put(number, send(upload, number, part(content, count, number)));
    }
    return parts(tags);
  }

  private static List<Map<String, Object>> parts(Map<Integer, String> tags) {
    return IntStream.rangeClosed(1, tags.size())
        .mapToObj(number ->
            Map.<String, Object>of(
                "part_number", number, "etag", tags.get(number), "url", "https://ignored.example"))
        .toList();
  }

  private static byte[] part(byte[] content, int count, int number) {
    int size = (content.length + count - 1) / count;
    return Arrays.copyOfRange(
        content, (number - 1) * size, Math.min(content.length, number * size));
  }

  private void expire(String id) {
    JdbcClient.create(database)
        .sql("update registry.transfer set expires = now() - interval '1 second' where id = ?")
        .param(id)
        .update();
  }

  private static String path(String address) {
    var uri = URI.create(address);
    return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  private byte[] bytes(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private Mlflow.Answer load(String path) {
    return mlflow.send("GET", API + "artifacts/0/" + run + "/artifacts/" + path, new byte[0], "");
  }

  private List<String> list() {
    var answer =
        mlflow.ok(
            mlflow.send("GET", API + "artifacts?path=0/" + run + "/artifacts", new byte[0], ""));
    return answer.path("files").valueStream().map(file -> file.path("path").asString()).toList();
  }
}
