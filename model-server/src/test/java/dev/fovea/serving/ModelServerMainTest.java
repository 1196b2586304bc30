package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The process of a model's container, as one. */
class ModelServerMainTest {
  private static final int SIGTERM = 128 + 15;
  @TempDir Path folder;

  @Test
  void answersWhatIsUnderWayWhenItIsToldToEnd() throws Exception {
    model(TestModels.file("bright"));
    var process = process(folder.toString(), "127.0.0.1:0");
    try (var lines = process.inputReader()) {
      var uri = URI.create(lines.readLine().replace("serving at ", ""));
      try (var socket = new Socket(uri.getHost(), uri.getPort())) {
        var body =
            "{\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[1,1,4,4],\"data\":[%s1]}]}"
                .formatted("0,".repeat(15));
        var request =
            "POST /v2/models/lamp/infer HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                    .formatted(body.length())
                + body;
        int half = request.length() - 20;
        var out = socket.getOutputStream();
        out.write(request.substring(0, half).getBytes(StandardCharsets.US_ASCII));
        out.flush();
        Thread.sleep(500);
        process.destroy();
        Thread.sleep(500);
        assertThat(process.isAlive()).isTrue();
        out.write(request.substring(half).getBytes(StandardCharsets.US_ASCII));
        out.flush();

        var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer).startsWith("HTTP/1.1 200").contains("probabilities");
      }
      assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(SIGTERM);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void sendsFramesWhereItsEnvironmentSaysSoAndHandsOverTheLastOnesAtItsEnd() throws Exception {
    model(TestModels.file("bright"));
    var rollout = Digest.sha256(new byte[] {1});
    var secret = "a secret of more than 32 characters";
    var taken = new CopyOnWriteArrayList<SeenFrame>();
    var receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/internal/v1/frames",
        exchange -> {
          var shown = exchange.getRequestHeaders().getFirst("Authorization");
          if (shown.equals("Bearer " + FramesToken.from(secret).of(rollout))) {
            taken.addAll(FrameBatch.read(exchange.getRequestBody()));
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    var builder = builder(folder.toString(), "127.0.0.1:0");
    builder
        .environment()
        .putAll(
            Map.of(
                "FOVEA_FRAMES_URL",
                "http://127.0.0.1:%d/internal/v1/frames".formatted(receiver.getAddress().getPort()),
                "FOVEA_FRAMES_TOKEN",
                secret,
                "FOVEA_FRAMES_ROLLOUT",
                rollout.toString(),
                "FOVEA_FRAMES_UNSURE_BELOW",
                "0.8"));
    var process = builder.start();
    try (var lines = process.inputReader()) {
      var client = new Client(URI.create(lines.readLine().replace("serving at ", "")));
      var body =
          "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"%s\"]}]}";
      for (int brightness : new int[] {130, 255, 131}) {
        var image = Base64.getEncoder().encodeToString(Images.png(brightness, 8));
        assertThat(client.infer(body.formatted(image)).status()).isEqualTo(200);
      }
      process.destroy();
      assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(SIGTERM);
      assertThat(taken)
          .extracting(SeenFrame::image)
          .containsExactly(Images.png(130, 8), Images.png(131, 8));
    } finally {
      process.destroyForcibly();
      receiver.stop(0);
    }
  }

  @Test
  void tellsWrongUseFromAModelThatCannotBeServedFromAnAddressThatIsTaken() throws Exception {
    assertThat(ended(process())).startsWith("2 usage: ");
    assertThat(ended(process(folder.toString()))).startsWith("1 ").contains("model.json");

    model(TestModels.file("bright"));
    Files.writeString(folder.resolve(ModelDescription.MODEL_FILE), "another");
    assertThat(ended(process(folder.toString()))).startsWith("1 ").contains("expected: sha256:");

    model(TestModels.file("bright"));
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(ended(process(folder.toString(), "127.0.0.1:" + taken.getLocalPort())))
          .startsWith("75 ")
          .contains("cannot listen");
    }
  }

  private void model(Path model) throws IOException {
    Files.write(folder.resolve(ModelDescription.MODEL_FILE), Files.readAllBytes(model));
    Files.write(
        folder.resolve(ModelDescription.DESCRIPTION_FILE),
        JsonMapper.builder()
            .build()
            .writeValueAsBytes(
                new ModelDescription(
                    Name.of("lamp"),
                    "3",
                    Digest.sha256(model),
                    TestModels.CLASSES,
                    TestModels.GREY_4X4)));
  }

  private static String ended(Process process) throws Exception {
    try {
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return process.exitValue() + " " + said;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process process(String... arguments) throws IOException {
    return builder(arguments).start();
  }

  private static ProcessBuilder builder(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.fovea.serving.ModelServerMain"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }
}
