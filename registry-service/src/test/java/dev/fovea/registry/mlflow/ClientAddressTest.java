package dev.fovea.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;

class ClientAddressTest {
  @Test
  void isThePublicOneWhereThereIsOne() {
    var address =
        new ClientAddress(
            new MockEnvironment()
                .withProperty("fovea.auth.public-url", "https://fovea.example.com:8443/"));
    assertThat(address.of(request())).isEqualTo("https://fovea.example.com:8443");
  }

  @Test
  void isElseTheOneThatWasAskedWhateverAHeaderSays() {
    for (var environment :
        new MockEnvironment[] {
          new MockEnvironment(), new MockEnvironment().withProperty("fovea.auth.public-url", "")
        }) {
      assertThat(new ClientAddress(environment).of(request())).isEqualTo("http://127.0.0.1:4800");
    }
  }

  private static MockHttpServletRequest request() {
    var request = new MockHttpServletRequest("POST", "/api/2.0/mlflow-artifacts/mpu/create/0");
    request.setServerName("127.0.0.1");
    request.setServerPort(4800);
    request.addHeader("X-Forwarded-Host", "evil.example");
    request.addHeader("X-Forwarded-Proto", "https");
    request.addHeader("Forwarded", "host=evil.example");
    return request;
  }
}
