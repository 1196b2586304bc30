package dev.fovea.front;

import dev.fovea.roles.ServiceRole;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Why a request did not reach its owner, and what to do: a problem, or MLflow's own form on
 * MLflow's paths.
 *
 * @param mlflowCode the error code that MLflow's client knows
 */
record Unpassed(int status, String mlflowCode, String detail, String remedy) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String RETRY_SECONDS = "2";

  /** Nobody said where the role runs. */
  static Unpassed unknown(ServiceRole role) {
    return new Unpassed(
        503,
        "TEMPORARILY_UNAVAILABLE",
        "this process does not know where the role %s runs".formatted(role.id()),
        "start it with --set spring.http.serviceclient.%s.base-url=URL".formatted(role.id()));
  }

  /** No connection, or one that broke before an answer began. */
  static Unpassed unreachable(ServiceRole role) {
    return new Unpassed(
        503,
        "TEMPORARILY_UNAVAILABLE",
        "the role %s gives no answer".formatted(role.id()),
        "try again; start it (fovea serve --roles=%1$s) or correct spring.http.serviceclient.%1$s.base-url"
            .formatted(role.id()));
  }

  /** Connected, but silent. */
  static Unpassed silent(ServiceRole role) {
    return new Unpassed(
        504,
        "TEMPORARILY_UNAVAILABLE",
        "the role %s was silent for too long".formatted(role.id()),
        "ask for the result before you try again: it may have been done; see the log of the role %s"
            .formatted(role.id()));
  }

  /** Too much at the same time. */
  static Unpassed busy(int limit) {
    return new Unpassed(
        503,
        "TEMPORARILY_UNAVAILABLE",
        "%d requests are on their way to other roles, as many as this process passes on"
            .formatted(limit),
        "try again in a moment; raise fovea.front.requests or run more web processes");
  }

  void tell(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setStatus(status);
    response.setCharacterEncoding("UTF-8");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", "default-src 'none'");
    if (status == 503) {
      response.setHeader("Retry-After", RETRY_SECONDS);
    }
    var mlflow = request.getRequestURI().contains("/mlflow");
    response.setContentType(mlflow ? "application/json" : "application/problem+json");
    response
        .getWriter()
        .write(
            JSON.writeValueAsString(
                mlflow
                    ? Map.of("error_code", mlflowCode, "message", detail + "; " + remedy)
                    : Map.of(
                        "type", "tag:fovea.dev,2026:problem/service-unavailable",
                        "title", "Not passed on",
                        "status", status,
                        "detail", detail,
                        "remedy", remedy)));
  }
}
