package dev.fovea.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.roles.ServiceUnavailable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.transaction.CannotCreateTransactionException;
import tools.jackson.databind.json.JsonMapper;

/** What is said of a token that nobody can check now. */
class CallerFilterTests {
  private static Stream<RuntimeException> silences() {
    return Stream.of(
        new ServiceUnavailable("registry", "no answer", "start it"),
        new DataAccessResourceFailureException("no connection"),
        new CannotCreateTransactionException("no connection"));
  }

  @ParameterizedTest
  @MethodSource("silences")
  void aTokenThatCannotBeCheckedIsNeitherWrongNorNobodys(RuntimeException silence)
      throws Exception {
    var filter =
        new CallerFilter(
            List.of(_ -> {
              throw silence;
            }),
            new Refusals(JsonMapper.builder().build()));
    var response = new MockHttpServletResponse();
    var chain = new MockFilterChain();
    filter.doFilter(new MockHttpServletRequest("GET", "/api/v1/projects"), response, chain);
    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getHeader("Retry-After")).isEqualTo("5");
    assertThat(response.getContentAsString()).contains("can't be checked now");
    assertThat(chain.getRequest()).as("what was passed on").isNull();
  }
}
