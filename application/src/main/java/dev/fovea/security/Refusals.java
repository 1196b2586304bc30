package dev.fovea.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a request is refused: a problem for a program, a page or the way to it for a person, MLflow's
 * own form on MLflow's routes.
 */
final class Refusals {
  private final JsonMapper json;

  Refusals(JsonMapper json) {
    this.json = json;
  }

  void wrongToken(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setHeader("WWW-Authenticate", "Basic realm=\"fovea\"");
    write(
        request,
        response,
        401,
        "wrong-token",
        "the token is wrong, revoked or expired",
        "'fovea env' prints a token that works on this machine; an administrator makes others with 'fovea token create'");
  }

  void unavailable(HttpServletRequest request, HttpServletResponse response, String remedy)
      throws IOException {
    response.setHeader("Retry-After", "5");
    write(request, response, 503, "service-unavailable", "your token can't be checked now", remedy);
  }

  void signIn(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (wantsPage(request)) {
      var query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
      response.sendRedirect(
          "/login?next="
              + URLEncoder.encode(request.getRequestURI() + query, StandardCharsets.UTF_8));
      return;
    }
    response.setHeader("WWW-Authenticate", "Basic realm=\"fovea\"");
    write(
        request,
        response,
        401,
        "not-signed-in",
        "nobody is signed in",
        "send 'Authorization: Bearer TOKEN', or the token as the password; 'fovea env' prints it");
  }

  void forbidden(HttpServletRequest request, HttpServletResponse response, String wanted)
      throws IOException {
    write(
        request,
        response,
        403,
        "forbidden",
        "this needs the role " + (wanted.isEmpty() ? "ADMIN" : wanted),
        "ask somebody who has it, or an administrator for a token with that role");
  }

  void notForBuilds(HttpServletRequest request, HttpServletResponse response) throws IOException {
    write(
        request,
        response,
        403,
        "not-for-builds",
        "this token is bound to a CI build: it reads, and asks for releases",
        "use a token that an administrator made with 'fovea token create'");
  }

  void unknown(HttpServletRequest request, HttpServletResponse response) throws IOException {
    write(
        request,
        response,
        404,
        "not-found",
        "there is nothing here for you",
        "check the project and the path; 'fovea status' lists the projects that you may see");
  }

  private void write(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String code,
      String detail,
      String remedy)
      throws IOException {
    if (wantsPage(request)) {
      response.sendError(status, detail + ". " + remedy + ".");
      return;
    }
    response.setStatus(status);
    response.setCharacterEncoding("UTF-8");
    if (request.getRequestURI().contains("/mlflow")) {
      response.setContentType("application/json");
      response
          .getWriter()
          .write(
              json.writeValueAsString(
                  Map.of("error_code", mlflowCode(status), "message", detail + "; " + remedy)));
      return;
    }
    response.setContentType("application/problem+json");
    response
        .getWriter()
        .write(
            json.writeValueAsString(
                Map.of(
                    "type", "tag:fovea.dev,2026:problem/" + code,
                    "title", code.replace('-', ' '),
                    "status", status,
                    "detail", detail,
                    "remedy", remedy)));
  }

  private static String mlflowCode(int status) {
    return switch (status) {
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 503 -> "TEMPORARILY_UNAVAILABLE";
      default -> "RESOURCE_DOES_NOT_EXIST";
    };
  }

  private static boolean wantsPage(HttpServletRequest request) {
    var accept = request.getHeader("Accept");
    return !request.getRequestURI().startsWith("/api/")
        && accept != null
        && accept.contains("text/html");
  }
}
