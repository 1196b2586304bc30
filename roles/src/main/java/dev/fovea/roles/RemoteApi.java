package dev.fovea.roles;

import dev.fovea.kernel.Problem;
import dev.fovea.roles.wire.ProblemReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fovea's APIs as a client of another machine sees them, without an application around it: the same
 * interfaces, the same problems.
 *
 * @param address the server's
 * @param token shown as bearer; empty where none is needed
 */
public record RemoteApi(URI address, Optional<String> token) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PROBLEM_LIMIT_BYTES = 1 << 20;

  /** An API, called over HTTP. */
  public <T> T as(Class<T> api) {
    return as(api, RestClient.builder());
  }

  /**
   * The same for a caller that must not hang: no call takes longer than this, and no redirect is
   * followed.
   */
  public <T> T as(Class<T> api, Duration patience) {
    var http =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    var requests = new JdkClientHttpRequestFactory(http);
    requests.setReadTimeout(patience);
    return as(api, RestClient.builder().requestFactory(requests));
  }

  private <T> T as(Class<T> api, RestClient.Builder builder) {
    var problems = new ProblemReader(List.of(api), JSON);
    var client =
        builder
            .baseUrl(address.toString())
            .requestInterceptor((request, body, execution) -> {
              token.ifPresent(request.getHeaders()::setBearerAuth);
              try {
                return execution.execute(request, body);
              } catch (ConnectException e) {
                throw new ServiceUnavailable(
                    "fovea",
                    "no server answers at " + address,
                    "start one with 'fovea serve', or say where it is with --server or FOVEA_URL");
              } catch (IOException e) {
                throw brokenOff(e);
              }
            })
            .defaultStatusHandler(
                HttpStatusCode::isError,
                (_, answer) -> {
                  throw problems
                      .read(answer.getStatusCode(), bounded(answer))
                      .orElseGet(() -> unexplained(answer));
                })
            .build();
    return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
        .build()
        .createClient(api);
  }

  /**
   * The problem that an answer tells of, for who asks otherwise than by an API: in the protocol of
   * another tool. Empty where it tells of none.
   */
  public static Optional<Problem> problem(int status, byte[] body) {
    return new ProblemReader(List.of(), JSON).read(HttpStatusCode.valueOf(status), body);
  }

  /** The request may have arrived: only its answer has not. */
  private ServiceUnavailable brokenOff(IOException failure) {
    var problem =
        new ServiceUnavailable(
            "fovea",
            "the connection to %s broke off or took too long: %s"
                .formatted(address, failure.getMessage()),
            "see in the server's log why; what was asked for may have been done: look before you"
                + " ask again");
    problem.initCause(failure);
    return problem;
  }

  private static byte[] bounded(ClientHttpResponse answer) throws IOException {
    return answer.getBody().readNBytes(PROBLEM_LIMIT_BYTES);
  }

  private Problem unexplained(ClientHttpResponse answer) {
    try {
      return new ServiceUnavailable(
          "fovea",
          "%s answered %d without saying why".formatted(address, answer.getStatusCode().value()),
          "check that a Fovea server listens there; its log says more");
    } catch (IOException e) {
      throw new ResourceAccessException("the answer broke off", e);
    }
  }

  @Override
  public String toString() {
    return "RemoteApi[" + address + "]";
  }
}
