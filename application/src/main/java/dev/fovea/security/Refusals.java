package dev.fovea.security;

import static java.util.stream.Collectors.joining;

import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import dev.fovea.kernel.Text;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /** Says which right is missing, which there are, and who gives it. */
  void forbidden(
      HttpServletRequest request, HttpServletResponse response, Decision.Forbidden refusal)
      throws IOException {
    var wanted =
        refusal.wanted().isEmpty()
            ? Role.ADMIN.name()
            : refusal.wanted().stream().map(Role::name).sorted().collect(joining(" or "));
    var held = refusal.held().stream().map(Role::name).sorted().collect(joining(", "));
    var where = refusal.project().map(name -> " in project '%s'".formatted(name)).orElse("");
    write(
        request,
        response,
        403,
        "forbidden",
        "this needs the role %s%s; you are %s"
            .formatted(wanted, where, held.isEmpty() ? "nothing there" : held),
        refusal.wanted().contains(Role.SERVICE)
            ? "use the command or page that does this; Fovea's own processes alone call it"
            : "ask somebody who has it, or an administrator for a token with that role, or for a group of the sign-in that has it");
  }

  void outOfScope(HttpServletRequest request, HttpServletResponse response, Set<Scope> scopes)
      throws IOException {
    var words = scopes.stream().map(Scope::name).sorted().collect(joining(", "));
    write(
        request,
        response,
        403,
        "out-of-scope",
        "this token is narrowed to %s, and this is not in it".formatted(words),
        "use another token; an administrator makes one with 'fovea token create' and another --scope, or none");
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

  /** The same words for a project that does not exist and for one that is not the caller's. */
  void unknown(HttpServletRequest request, HttpServletResponse response, Optional<String> project)
      throws IOException {
    write(
        request,
        response,
        404,
        "not-found",
        project
            .map(name ->
                "there is nothing here for you: you have no right in a project '%s'"
                    .formatted(Text.excerpt(name)))
            .orElse("there is nothing here for you"),
        "check the project and the path; 'fovea status' lists the projects that you may see, and an administrator gives rights in others");
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
