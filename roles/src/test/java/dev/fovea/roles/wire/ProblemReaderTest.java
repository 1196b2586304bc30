package dev.fovea.roles.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Problem;
import dev.fovea.roles.ServiceUnavailable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

class ProblemReaderTest {
  private final ProblemReader reader = new ProblemReader(List.of(), new JsonMapper());

  private Problem read(String body) {
    return reader
        .read(HttpStatus.SERVICE_UNAVAILABLE, body.getBytes(StandardCharsets.UTF_8))
        .orElseThrow();
  }

  @Test
  void rebuildsAProblemByItsMembers() {
    assertThat(
            read(
                """
                {"type": "tag:fovea.dev,2026:problem/service-unavailable", "detail": "x",
                 "service": "lab", "what": "no connection", "fix": "start it"}
                """))
        .isInstanceOf(ServiceUnavailable.class)
        .hasMessageContaining("lab is not available: no connection");
  }

  @Test
  void keepsTheWordsOfAProblemThatComesWithoutItsMembers() {
    var problem =
        read(
            """
            {"type": "tag:fovea.dev,2026:problem/service-unavailable", "status": 503,
             "detail": "the role datasets gives no answer", "remedy": "start it"}
            """);

    assertThat(problem.explanation()).isEqualTo("the role datasets gives no answer");
    assertThat(problem.remedy()).isEqualTo("start it");
    assertThat(problem.kind()).isEqualTo(Problem.Kind.UNAVAILABLE);
  }
}
