package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.greetings.Greetings;
import dev.fovea.roles.greetings.GreetingsService;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class GreetingsOverHttpTest extends GreetingsContract {
  private static Processes processes;
  private static ConfigurableApplicationContext caller;

  @BeforeAll
  static void start() {
    processes = new Processes();
    var registry = processes.start(List.of(GreetingsService.class), "roles=registry");
    caller = callerOf(Processes.url(registry));
  }

  @AfterAll
  static void stop() {
    processes.close();
  }

  @Override
  ConfigurableApplicationContext caller() {
    return caller;
  }

  @Test
  void isAProxy() {
    assertThat(Proxy.isProxyClass(caller.getBean(Greetings.class).getClass())).isTrue();
  }

  @Test
  void saysNothingOfAnUnexpectedFailureButWhereToLook() {
    assertThatThrownBy(() -> caller.getBean(Greetings.class).broken())
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.UNAVAILABLE);
              assertThat(problem.explanation()).contains("incident").doesNotContain("secret");
            });
  }

  @Test
  void namesTheServiceThatDoesNotRunAndWhatToStart() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    var lonely = callerOf("http://127.0.0.1:" + closed);
    assertThatThrownBy(() -> lonely.getBean(Greetings.class).greet(new Name("ann")))
        .isInstanceOfSatisfying(
            ServiceUnavailable.class,
            problem -> {
              assertThat(problem.service()).isEqualTo("registry");
              assertThat(problem.kind()).isEqualTo(Problem.Kind.UNAVAILABLE);
              assertThat(problem.remedy())
                  .contains("--roles=registry")
                  .contains("spring.http.serviceclient.registry.base-url");
            });
  }

  @Test
  void namesTheServiceThatIsNoFoveaOrBreaksOff() throws Exception {
    for (var answer :
        new String[] {
          "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 600\r\n\r\n{",
          "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad",
          "nonsense\r\n\r\n"
        }) {
      try (var server = new ServerSocket(0)) {
        var serving =
            Thread.ofVirtual()
                .start(() -> {
                  try (var socket = server.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
        var misled = callerOf("http://127.0.0.1:" + server.getLocalPort());
        assertThatThrownBy(() -> misled.getBean(Greetings.class).greet(new Name("ann")))
            .as(answer)
            .isInstanceOfSatisfying(
                ServiceUnavailable.class,
                problem -> assertThat(problem.service()).isEqualTo("registry"));
        serving.join();
      }
    }
  }

  private static ConfigurableApplicationContext callerOf(String url) {
    return processes.start(
        List.of(GreetingsService.class),
        "roles=web",
        "spring.http.serviceclient.registry.base-url=" + url);
  }
}
