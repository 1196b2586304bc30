package dev.fovea.roles.wire;

import dev.fovea.roles.Callers;
import dev.fovea.roles.InternalCalls;
import dev.fovea.roles.OnBehalfOf;
import dev.fovea.roles.ServiceUnavailable;
import java.util.Locale;
import java.util.function.Supplier;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.service.invoker.HttpExchangeAdapter;
import org.springframework.web.service.invoker.HttpExchangeAdapterDecorator;
import org.springframework.web.service.invoker.HttpRequestValues;
import org.springframework.web.service.registry.HttpServiceGroup;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the HTTP proxies of other roles behave like the beans that they stand for: same callers,
 * same problems.
 */
final class RemoteServices implements RestClientHttpServiceGroupConfigurer {
  private static final int PROBLEM_LIMIT_BYTES = 1 << 20;

  private final InternalCalls internal;
  private final JsonMapper json;

  RemoteServices(InternalCalls internal, JsonMapper json) {
    this.internal = internal;
    this.json = json;
  }

  @Override
  public void configureGroups(Groups<RestClient.Builder> groups) {
    groups.forEachGroup((group, client, proxies) -> {
      var problems = new ProblemReader(group.httpServiceTypes(), json);
      client.requestInterceptor((request, body, execution) -> {
        internal.internalToken().ifPresent(token -> request.getHeaders().setBearerAuth(token));
        request.getHeaders().set(OnBehalfOf.HEADER, OnBehalfOf.write(Callers.current()));
        return execution.execute(request, body);
      });
      client.defaultStatusHandler(
          HttpStatusCode::isError,
          (_, answer) -> {
            throw problems
                .read(answer.getStatusCode(), bounded(answer))
                .orElseGet(() -> failed(group.name(), answer));
          });
      proxies.exchangeAdapterDecorator(adapter -> new Reachable(adapter, group));
    });
  }

  private static byte[] bounded(ClientHttpResponse answer) {
    try {
      return answer.getBody().readNBytes(PROBLEM_LIMIT_BYTES);
    } catch (java.io.IOException e) {
      return new byte[0];
    }
  }

  private static ServiceUnavailable failed(String service, ClientHttpResponse answer) {
    try {
      return new ServiceUnavailable(
          service,
          "it answered %d without saying why".formatted(answer.getStatusCode().value()),
          "look into its log; check that spring.http.serviceclient.%s.base-url is a Fovea"
              .formatted(service));
    } catch (java.io.IOException e) {
      return new ServiceUnavailable(
          service, "its answer broke off", "try again; look into its log");
    }
  }

  /** Turns every way in which there is no usable answer into a problem that names the service. */
  private static final class Reachable extends HttpExchangeAdapterDecorator {
    private final String service;

    Reachable(HttpExchangeAdapter adapter, HttpServiceGroup group) {
      super(adapter);
      this.service = group.name();
    }

    @Override
    public void exchange(HttpRequestValues values) {
      reaching(() -> {
        super.exchange(values);
        return true;
      });
    }

    @Override
    public HttpHeaders exchangeForHeaders(HttpRequestValues values) {
      return reaching(() -> super.exchangeForHeaders(values));
    }

    @Override
    public <T> T exchangeForBody(HttpRequestValues values, ParameterizedTypeReference<T> type) {
      return reaching(() -> super.exchangeForBody(values, type));
    }

    @Override
    public ResponseEntity<Void> exchangeForBodilessEntity(HttpRequestValues values) {
      return reaching(() -> super.exchangeForBodilessEntity(values));
    }

    @Override
    public <T> ResponseEntity<T> exchangeForEntity(
        HttpRequestValues values, ParameterizedTypeReference<T> type) {
      return reaching(() -> super.exchangeForEntity(values, type));
    }

    private <T> T reaching(Supplier<T> call) {
      try {
        return call.get();
      } catch (ResourceAccessException e) {
        throw withCause(
            new ServiceUnavailable(
                service,
                "no connection, or no answer in time",
                "start it (fovea serve --roles=%s) or correct spring.http.serviceclient.%s.base-url"
                    .formatted(service, service)),
            e);
      } catch (RestClientException e) {
        throw withCause(
            new ServiceUnavailable(
                service,
                "its answer can't be read",
                "run the same version of Fovea in all processes; check spring.http.serviceclient.%s.base-url"
                    .formatted(service.toLowerCase(Locale.ROOT))),
            e);
      }
    }

    private static ServiceUnavailable withCause(ServiceUnavailable problem, Exception cause) {
      problem.initCause(cause);
      return problem;
    }
  }
}
