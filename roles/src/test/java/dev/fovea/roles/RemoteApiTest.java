package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fovea.kernel.Problem;
import dev.fovea.roles.greetings.Greetings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemoteApiTest {
  /** A server that dies in a call: the caller learns that its call may have been heard. */
  @Test
  void tellsOfAConnectionThatBrokeOff() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var dying =
          Thread.ofVirtual()
              .start(() -> {
                while (!server.isClosed()) {
                  hear(server);
                }
              });
      var problem = asked(server.getLocalPort());
      assertThat(problem.kind()).isEqualTo(Problem.Kind.UNAVAILABLE);
      assertThat(problem.explanation()).contains("broke off", ":" + server.getLocalPort());
      assertThat(problem.remedy()).contains("may have been done");
      dying.interrupt();
    }
  }

  @Test
  void tellsOfAnAnswerThatDoesNotCome() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(asked(server.getLocalPort()).explanation()).contains("took too long");
    }
  }

  @Test
  void tellsOfAServerThatIsNotThere() throws IOException {
    int port;
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    assertThat(asked(port).explanation()).contains("no server answers at", ":" + port);
  }

  private static Problem asked(int port) {
    var api =
        new RemoteApi(URI.create("http://127.0.0.1:" + port), Optional.empty())
            .as(Greetings.class, Duration.ofSeconds(1));
    return catchThrowableOfType(Problem.class, api::who);
  }

  private static void hear(ServerSocket server) {
    try (var call = server.accept()) {
      call.getInputStream().read();
    } catch (IOException _) {
      // the test has closed it
    }
  }
}
