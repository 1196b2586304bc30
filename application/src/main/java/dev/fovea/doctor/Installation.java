package dev.fovea.doctor;

import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Lab;
import dev.fovea.pipelines.Releases;
import dev.fovea.registry.Access;
import dev.fovea.roles.RemoteApi;
import dev.fovea.roles.ServiceRole;
import dev.fovea.rollouts.Rollouts;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks at a running installation as its users do: every role is ready, knows an administrator, a
 * token that was made a moment ago and nobody else, and signs a browser in. Leaves nothing but the
 * audit log's lines about that token.
 */
public final class Installation {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Name NOWHERE = Name.of("fovea-probe");

  private final Map<ServiceRole, URI> roles;
  private final OptionalInt managementPort;
  private final Optional<String> token;
  private final JsonMapper json = JsonMapper.builder().build();

  /**
   * @param roles where each role answers
   * @param managementPort the port of health, where it is another than that of the role
   * @param token an administrator's
   */
  public Installation(
      Map<ServiceRole, URI> roles, OptionalInt managementPort, Optional<String> token) {
    this.roles = new EnumMap<>(roles);
    this.managementPort = managementPort;
    this.token = token;
  }

  /** All checks, in the order of the report. */
  public List<Check> examine() {
    var checks = new ArrayList<Check>();
    roles.keySet().forEach(role -> checks.add(ready(role)));
    roles.keySet().forEach(role -> checks.add(refusesAStranger(role)));
    if (roles.containsKey(ServiceRole.REGISTRY)) {
      checks.addAll(withATokenOfItsOwn());
    }
    if (roles.containsKey(ServiceRole.WEB)) {
      checks.add(check("web signs in", this::signedIn));
    }
    return checks;
  }

  private Check ready(ServiceRole role) {
    return check(
        role.id() + " is ready",
        () -> {
          var address = at(role, "/actuator/health/readiness", managementPort);
          var answer = send(HttpRequest.newBuilder(address));
          if (answer.statusCode() != 200) {
            throw new IOException("%s answers %d".formatted(address, answer.statusCode()));
          }
          return "UP";
        });
  }

  private Check refusesAStranger(ServiceRole role) {
    return check(
        role.id() + " knows no stranger",
        () -> {
          var address = at(role, "/api/v1/me", OptionalInt.empty());
          var answer =
              send(HttpRequest.newBuilder(address).header("Authorization", "Bearer fov_x_y"));
          if (answer.statusCode() != 401) {
            throw new IOException(
                "%s answers %d to a wrong token (expected: 401)"
                    .formatted(address, answer.statusCode()));
          }
          return "401";
        });
  }

  /** Each role asks the registry whose token it is, so this crosses from every role to that one. */
  private List<Check> withATokenOfItsOwn() {
    var access = api(ServiceRole.REGISTRY, token).as(Access.class);
    Access.NewToken made;
    try {
      made = access.issue(new Access.TokenRequest("probe", "*", Set.of(Caller.Role.ENGINEER), 1));
    } catch (RuntimeException e) {
      return List.of(told("registry makes a token", e));
    }
    var checks = new ArrayList<Check>();
    checks.add(Check.good("registry makes a token", "until " + made.expires()));
    roles.keySet().stream()
        .filter(role -> role != ServiceRole.REGISTRY && role != ServiceRole.WEB)
        .map(role -> check(role.id() + " answers", () -> ask(role, Optional.of(made.token()))))
        .forEach(checks::add);
    checks.add(
        check(
            "registry revokes it",
            () -> {
              access.revoke(made.id());
              return "gone";
            }));
    return checks;
  }

  private String ask(ServiceRole role, Optional<String> with) {
    var api = api(role, with);
    return switch (role) {
      case DATASETS -> api.as(Projects.class).projects().size() + " projects";
      case LAB -> api.as(Lab.class).devices().size() + " devices";
      case PIPELINES -> orNone(() -> api.as(Releases.class).releases(NOWHERE).size()) + " releases";
      case ROLLOUTS -> orNone(() -> api.as(Rollouts.class).rollouts(NOWHERE).size()) + " rollouts";
      case REGISTRY, WEB -> throw new IllegalArgumentException(role + " is asked otherwise");
    };
  }

  /** There is no such project, which is an answer too. */
  private static int orNone(Callable<Integer> call) {
    try {
      return call.call();
    } catch (NoSuchThing e) {
      return 0;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String signedIn() throws IOException, InterruptedException {
    var asked =
        HttpRequest.newBuilder(at(ServiceRole.WEB, "/api/v1/me/sign-in-link", OptionalInt.empty()))
            .POST(HttpRequest.BodyPublishers.noBody());
    token.ifPresent(text -> asked.header("Authorization", "Bearer " + text));
    var link = send(asked);
    if (link.statusCode() != 200) {
      throw new IOException("no sign-in link: %d".formatted(link.statusCode()));
    }
    var path = json.readTree(link.body()).path("path").asString("");
    try (var browser =
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .connectTimeout(PATIENCE)
            .build()) {
      var first = browser.send(page(path), BodyHandlers.discarding());
      var home = browser.send(page("/"), BodyHandlers.ofString());
      if (first.statusCode() != 302 || home.statusCode() != 200) {
        throw new IOException(
            "the link answers %d (expected: 302), then the first page %d (expected: 200)"
                .formatted(first.statusCode(), home.statusCode()));
      }
      return "%d bytes of the first page".formatted(home.body().length());
    }
  }

  private HttpRequest page(String path) {
    return HttpRequest.newBuilder(at(ServiceRole.WEB, path, OptionalInt.empty()))
        .header("Accept", "text/html")
        .timeout(PATIENCE)
        .build();
  }

  private RemoteApi api(ServiceRole role, Optional<String> with) {
    return new RemoteApi(at(role, "", OptionalInt.empty()), with);
  }

  private URI at(ServiceRole role, String path, OptionalInt port) {
    var base = Objects.requireNonNull(roles.get(role), "only known roles are asked");
    return URI.create(
        "%s://%s%s%s"
            .formatted(
                base.getScheme(),
                base.getHost(),
                port.isPresent()
                    ? ":" + port.getAsInt()
                    : base.getPort() < 0 ? "" : ":" + base.getPort(),
                path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    }
  }

  private static Check check(String name, Callable<String> work) {
    try {
      return Check.good(name, work.call());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return told(name, e);
    } catch (Exception e) {
      return told(name, e);
    }
  }

  private static Check told(String name, Exception failure) {
    return failure instanceof Problem problem
        ? Check.bad(name, problem.explanation(), problem.remedy())
        : Check.bad(name, failure.toString(), "look into the log of that role");
  }
}
