package dev.fovea.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Device;
import dev.fovea.lab.Lab;
import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lab in a process of its own, everything else in another: the same interface, now over HTTP.
 */
class SplitRolesTests {
  private static final String TOKEN = "one-secret-of-all-processes-of-this-test";
  private static final Digest UNKNOWN = Digest.sha256("nothing".getBytes(StandardCharsets.UTF_8));

  @TempDir private Path folder;

  @Test
  void aRoleElsewhereAnswersAsIfItWereHere() throws Exception {
    int labPort = freePort();
    int mainPort = freePort();
    try (var rest =
        start(
            "main",
            mainPort,
            List.of("registry", "datasets", "pipelines", "rollouts", "web"),
            "lab",
            labPort)) {
      var lab = rest.bean(Lab.class);
      assertThatThrownBy(lab::devices)
          .as("before the lab runs")
          .isInstanceOf(ServiceUnavailable.class);

      try (var _ = start("lab", labPort, List.of("lab"), "pipelines", mainPort)) {
        assertThat(lab.devices()).extracting(Device::name).contains(Name.of("local-cpu"));
        assertThatThrownBy(() -> lab.job(UNKNOWN))
            .isInstanceOf(NoSuchThing.class)
            .hasMessageContaining(UNKNOWN.toString());
        assertThat(status(labPort, "/api/v1/lab/devices", "wrong"))
            .as("another token")
            .isEqualTo(401);
        assertThat(status(mainPort, "/api/v1/lab/devices", TOKEN))
            .as("the web role passes it on")
            .isEqualTo(200);
        assertThat(status(mainPort, "/api/v1/lab/devices", "wrong"))
            .as("another token, as the owner of the path says")
            .isEqualTo(401);
      }
      assertThatThrownBy(lab::devices)
          .as("after the lab has stopped")
          .isInstanceOfSatisfying(
              Problem.class,
              problem -> assertThat(problem.remedy()).contains("fovea serve --roles=lab"));
    }
  }

  private FoveaServer start(
      String home, int port, List<String> roles, String elsewhere, int elsewherePort) {
    return FoveaServer.start(
        new ServerOptions(
            folder.resolve(home),
            "127.0.0.1",
            port,
            roles,
            ServerOptions.Auth.TOKEN,
            Optional.of(TestDatabase.freshUrl()),
            Optional.empty(),
            List.of(
                "fovea.internal-token=" + TOKEN,
                "fovea.objects.folder=" + folder.resolve("objects"),
                "spring.http.serviceclient.%s.base-url=http://127.0.0.1:%d"
                    .formatted(elsewhere, elsewherePort))));
  }

  private static int status(int port, String path, String token)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
            .header("Authorization", "Bearer " + token)
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString()).statusCode();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
