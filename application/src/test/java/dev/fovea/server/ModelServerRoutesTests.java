package dev.fovea.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.datasets.Frames;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Access;
import dev.fovea.roles.RemoteApi;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.serving.FrameBatch;
import dev.fovea.serving.FramesToken;
import dev.fovea.serving.HttpFrameSink;
import dev.fovea.serving.SeenFrame;
import dev.fovea.serving.SeenFrame.Reason;
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.teamfile.FeedbackSpec;
import dev.fovea.teamfile.PreprocessSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model server's token opens in the whole application, and what it does not. */
class ModelServerRoutesTests {
  private static final FramesToken TOKEN = FramesToken.from("a secret of more than 32 characters");
  private static final Name LAMPS = Name.of("lamps");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  @TempDir private static Path folder;
  private static FoveaServer server;
  private static RemoteApi owner;
  private static Digest rollout;

  @BeforeAll
  static void start() throws Exception {
    // Nothing listens there: what is tested here needs no cluster.
    var kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            {apiVersion: v1, kind: Config, current-context: c, users: [{name: u, user: {token: t}}],
             clusters: [{name: k, cluster: {server: "http://127.0.0.1:1"}}],
             contexts: [{name: c, context: {cluster: k, user: u}}]}
            """);
    var secret =
        Files.writeString(folder.resolve("secret"), "a secret of more than 32 characters\n");
    server =
        FoveaServer.start(
            TestServers.at(folder.resolve("home"))
                .with("fovea.rollouts.kubernetes.namespace=models")
                .with("fovea.rollouts.kubernetes.kubeconfig=" + kubeconfig)
                .with("fovea.rollouts.kubernetes.model-secret=fovea-models")
                .with("fovea.rollouts.kubernetes.frames-url=http://fovea:4800/internal/v1/frames")
                .with("fovea.rollouts.kubernetes.frames-token-file=" + secret)
                .with("logging.level.root=error"));
    owner = new RemoteApi(server.address(), Home.line(folder.resolve("home/token")));
    assertThat(
            status("PUT", "/api/v1/projects/lamps", Home.line(folder.resolve("home/token")).get()))
        .isLessThan(300);
    rollout =
        owner
            .as(Rollouts.class)
            .start(
                LAMPS,
                new Rollouts.Plan(
                    Name.of("lamp"),
                    1,
                    Digest.sha256(new byte[] {1}),
                    Digest.sha256(new byte[] {2}),
                    new PreprocessSpec(
                        PreprocessSpec.Resize.STRETCH,
                        4,
                        4,
                        PreprocessSpec.Colour.GREY,
                        1 / 255.0,
                        List.of(0.0),
                        List.of(1.0)),
                    List.of("dark", "bright"),
                    new CanarySpec(List.of(10), 60, 1.2, 0.05, 1, 0.6),
                    FeedbackSpec.DEFAULT,
                    "ada"))
            .digest();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static URI frames() {
    return URI.create(server.address() + "/internal/v1/frames");
  }

  private static int status(String method, String path, String token)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .header("Authorization", "Bearer " + token)
            .header(
                "Content-Type",
                path.endsWith("frames") ? FrameBatch.MEDIA_TYPE : "application/json")
            .method(method, BodyPublishers.ofString("{}"))
            .build();
    return HTTP.send(request, BodyHandlers.ofString()).statusCode();
  }

  private static SeenFrame frame() throws IOException {
    var out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", out);
    var image = out.toByteArray();
    return new SeenFrame(
        image,
        Digest.sha256(image),
        "dark",
        0.55,
        0.1,
        List.of(0.55, 0.45),
        Reason.UNSURE,
        Instant.now());
  }

  @Test
  void aPodsFrameReachesTheDatasetsAndMayComeTwice() throws Exception {
    var sink = new HttpFrameSink(frames(), TOKEN, rollout);
    var frame = frame();
    sink.keep(List.of(frame));
    sink.keep(List.of(frame));
    var datasets = owner.as(Frames.class);
    for (int i = 0; i < 300 && datasets.count(LAMPS) == 0; i++) {
      Thread.sleep(100);
    }

    assertThat(datasets.newest(LAMPS, 10))
        .singleElement()
        .satisfies(kept -> {
          assertThat(kept.image()).isEqualTo(frame.digest());
          assertThat(kept.model()).isEqualTo(Name.of("lamp"));
          assertThat(kept.variant()).isEqualTo(Digest.sha256(new byte[] {1}));
          assertThat(kept.confidence()).isEqualTo(0.55);
        });
  }

  @Test
  void aModelServerMaySendFramesAndNothingElse() throws Exception {
    var token = TOKEN.of(rollout);
    assertThat(status("POST", "/internal/v1/frames", token)).as("it is no batch").isEqualTo(422);
    for (var path :
        List.of(
            "GET /api/v1/projects",
            "GET /api/v1/projects/lamps",
            "GET /api/v1/projects/lamps/frames",
            "POST /api/v1/projects/lamps/frames",
            "GET /api/v1/projects/lamps/rollouts",
            "POST /api/v1/projects/lamps/rollouts",
            "GET /api/v1/model-servers",
            "GET /api/v1/me",
            "POST /api/v1/me/sign-in-link",
            "POST /api/v1/access/tokens",
            "POST /api/v1/access/authentication",
            "POST /api/v1/lab/agents/me/poll",
            "GET /actuator/prometheus",
            "GET /api/2.0/mlflow/experiments/get",
            "POST /inference/lamps/v2/models/lamp/infer",
            "POST /internal/v1/inbox/datasets/x")) {
      var parts = path.split(" ");
      assertThat(status(parts[0], parts[1], token)).as(path).isEqualTo(403);
    }
    assertThat(status("GET", "/api/v1/projects/others/frames", token)).isEqualTo(404);
  }

  @Test
  void wrongForeignAndUnknownTokensAreRefused() throws Exception {
    var unknown = Digest.sha256("unknown".getBytes(StandardCharsets.UTF_8));
    var other = FramesToken.from("another secret of 32 characters!!");
    for (var token :
        List.of(
            "fms_",
            "fms_" + "0".repeat(64) + "." + "0".repeat(64),
            TOKEN.of(rollout) + "0",
            TOKEN.of(unknown),
            other.of(rollout),
            "fms_%s.%s".formatted(unknown.hex(), TOKEN.of(rollout).substring(69)),
            "a secret of more than 32 characters")) {
      assertThat(status("POST", "/internal/v1/frames", token)).as(token).isEqualTo(401);
    }
  }

  @Test
  void nobodyElseIsAModelServer() throws Exception {
    var request =
        HttpRequest.newBuilder(frames())
            .header("Content-Type", FrameBatch.MEDIA_TYPE)
            .POST(BodyPublishers.ofString("{}"))
            .build();
    assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    var administrator = Home.line(folder.resolve("home/token")).get();
    assertThat(status("POST", "/internal/v1/frames", administrator)).isEqualTo(403);
    var engineer =
        owner
            .as(Access.class)
            .issue(new Access.TokenRequest("ada", "*", Set.of(Caller.Role.ENGINEER), 1))
            .token();
    assertThat(status("POST", "/internal/v1/frames", engineer)).isEqualTo(403);
    assertThatThrownBy(() ->
            owner
                .as(Access.class)
                .issue(
                    new Access.TokenRequest(
                        "model-server/" + rollout.hex(), "*", Set.of(Caller.Role.MODEL_SERVER), 1)))
        .hasMessageContaining("the role MODEL_SERVER is given to no token");
  }
}
