package dev.fovea.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Whom a pod's only port answers: a kubelet that asks by the pod's address, for health alone. */
class HostAndOriginFilterTests {
  private final HostAndOriginFilter filter =
      new HostAndOriginFilter(Optional.of(URI.create("https://fovea.example")), Set.of(), false);

  @ParameterizedTest(name = "{0} {1} at {2}, Host {3}: {4}")
  @CsvSource({
    "GET, /actuator/health, 10.244.0.7, 10.244.0.7, 200",
    "HEAD, /actuator/health/liveness, 10.244.0.7, 10.244.0.7, 200",
    "GET, /actuator/health/liveness, fd00::7, [fd00::7], 200",
    "POST, /actuator/health/liveness, 10.244.0.7, 10.244.0.7, 400",
    "GET, /actuator/health/../../api/v1/me, 10.244.0.7, 10.244.0.7, 400",
    "GET, /actuator/health/a/b, 10.244.0.7, 10.244.0.7, 400",
    "GET, /actuator/prometheus, 10.244.0.7, 10.244.0.7, 400",
    "GET, /api/v1/projects, 10.244.0.7, 10.244.0.7, 400",
    "GET, /actuator/health, 10.244.0.7, 10.244.0.8, 400",
    "GET, /actuator/health, 10.244.0.7, evil.example, 400",
  })
  void answersAProbeByItsOwnAddressAndNothingElse(
      String method, String path, String local, String host, int status) throws Exception {
    var request = new MockHttpServletRequest(method, path);
    request.setServerName(host);
    request.setLocalAddr(local);
    var response = new MockHttpServletResponse();
    filter.doFilter(request, response, new MockFilterChain());
    assertThat(response.getStatus()).isEqualTo(status);
  }
}
