package dev.fovea.security;

import static dev.fovea.kernel.Caller.Role.AGENT;
import static dev.fovea.kernel.Caller.Role.ANNOTATOR;
import static dev.fovea.kernel.Caller.Role.CI;
import static dev.fovea.kernel.Caller.Role.ENGINEER;
import static dev.fovea.kernel.Caller.Role.MODEL_SERVER;
import static dev.fovea.kernel.Caller.Role.MONITOR;
import static dev.fovea.kernel.Caller.Role.RELEASE_MANAGER;
import static dev.fovea.kernel.Caller.Role.SERVICE;

import dev.fovea.kernel.Caller.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.server.PathContainer;

/**
 * Every route of the application and who may use it. What is not here is refused; a test compares
 * the table with the routes that exist, in both directions, and generates the authorisation tests
 * from it. The administrator and Fovea's own services may use every row; the first row that matches
 * decides.
 */
final class RouteTable {
  /** Reads a project. */
  private static final Set<Role> READERS = Set.of(ENGINEER, CI, RELEASE_MANAGER);

  private static final Set<Role> EVERYONE = Set.of(ENGINEER, CI, RELEASE_MANAGER, ANNOTATOR);
  private static final Set<Role> BUILDERS = Set.of(ENGINEER, CI);
  private static final Set<Role> LABELLERS = Set.of(ANNOTATOR, ENGINEER);
  private static final Set<Role> DECIDERS = Set.of(RELEASE_MANAGER);
  private static final Set<Role> SERVICES = Set.of(SERVICE);
  private static final Set<Role> ADMINISTRATORS = Set.of();
  private static final Set<Role> DEVICES = Set.of(AGENT);
  private static final Set<Role> PODS = Set.of(MODEL_SERVER);

  /** Reads metrics, and where there are more. */
  private static final Set<Role> MONITORS = Set.of(MONITOR);

  /** It is read by GET, keeps a lease, and may make the trial one that was stopped. */
  private static final String SIGN_OF_LIFE =
      "/api/v1/projects/{project}/sweeps/{sweep}/trials/{number}/should-stop";

  /** What a token that is bound to a CI build may change. */
  private static final String RELEASES = "/api/v1/projects/{project}/releases";

  static final List<Route> ROWS = rows();

  private RouteTable() {}

  /** The row that decides. */
  static Optional<Route> find(String method, String path) {
    var parsed = PathContainer.parsePath(path);
    return ROWS.stream().filter(row -> row.matches(method, parsed)).findFirst();
  }

  /**
   * Whether a caller whose token is bound to a CI build may use this row: it reads, and asks for
   * releases. It writes nothing else, since whoever can tag a run can give it any commit.
   */
  static boolean openToBuilds(Route row, String method) {
    return reads(row, method) || row.pattern().getPatternString().equals(RELEASES);
  }

  /** Whether the method says that nothing changes, and it does not. */
  static boolean reads(Route row, String method) {
    return (method.equals("GET") || method.equals("HEAD"))
        && !row.pattern().getPatternString().equals(SIGN_OF_LIFE);
  }

  private static List<Route> rows() {
    var rows = new ArrayList<Route>();
    api(rows);
    protocols(rows);
    operations(rows);
    pages(rows);
    return List.copyOf(rows);
  }

  private static void api(List<Route> rows) {
    rows.add(Route.of("GET", "/api/v1/projects", EVERYONE));
    rows.add(Route.of("GET", "/api/v1/projects/{project}", EVERYONE));
    rows.add(Route.of("PUT", "/api/v1/projects/{project}", Set.of(ENGINEER)));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/datasets/**", READERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/frames", SERVICES));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/frames/**", EVERYONE));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/batches", Set.of(ENGINEER)));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/batches/**", EVERYONE));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/batches/{batch}/lease", LABELLERS));
    rows.add(
        Route.of(
            "PUT", "/api/v1/projects/{project}/batches/{batch}/items/{number}/label", LABELLERS));
    rows.add(
        Route.of("POST", "/api/v1/projects/{project}/batches/{batch}/commit", Set.of(ENGINEER)));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/runs/**", READERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/runs", SERVICES));
    rows.add(Route.of("GET", SIGN_OF_LIFE, BUILDERS));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/sweeps/**", READERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/sweeps/**", BUILDERS));
    rows.add(Route.of("*", "/api/v1/projects/{project}/webhooks/**", ADMINISTRATORS));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/models/**", READERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/models", SERVICES));
    rows.add(
        Route.of("PUT", "/api/v1/projects/{project}/models/{model}/aliases/{alias}", SERVICES));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/lineage/**", EVERYONE));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/audit/**", READERS));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/releases/**", READERS));
    rows.add(Route.of("POST", RELEASES, BUILDERS));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/retrainings", READERS));
    // GitHub signs what it sends; the hook itself checks that.
    rows.add(Route.open("POST", "/api/v1/projects/{project}/hooks/github"));
    rows.add(Route.of("PUT", "/api/v1/projects/{project}/hooks/github", DECIDERS));
    rows.add(Route.of("DELETE", "/api/v1/projects/{project}/hooks/github", DECIDERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/hooks/github/rotation", DECIDERS));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/hooks/github/**", READERS));
    rows.add(Route.of("GET", "/api/v1/projects/{project}/rollouts/**", READERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/rollouts", SERVICES));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/rollouts/{digest}/approvals", DECIDERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/rollouts/{digest}/rejection", DECIDERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/rollouts/{digest}/rollback", DECIDERS));
    rows.add(Route.of("POST", "/api/v1/projects/{project}/rollouts/{digest}/attempts", DECIDERS));
    rows.add(Route.of("GET", "/api/v1/model-servers", MONITORS));
    lab(rows);
    rows.add(Route.of("POST", "/api/v1/access/tokens", ADMINISTRATORS));
    rows.add(Route.of("GET", "/api/v1/access/tokens", ADMINISTRATORS));
    rows.add(Route.of("DELETE", "/api/v1/access/tokens/{id}", ADMINISTRATORS));
    rows.add(Route.of("POST", "/api/v1/access/authentication", SERVICES));
    rows.add(Route.of("*", "/api/v1/access/sign-in/**", SERVICES));
    rows.add(Route.of("GET", "/api/v1/access/people", ADMINISTRATORS));
    rows.add(Route.of("DELETE", "/api/v1/access/people", ADMINISTRATORS));
    // The identity token in the body is the login.
    rows.add(Route.open("POST", "/api/v1/oidc/token"));
    // The provider signs what it sends; the call itself checks that.
    rows.add(Route.open("POST", "/api/v1/oidc/logout"));
    rows.add(Route.of("GET", "/api/v1/me", EVERYONE));
    rows.add(Route.of("POST", "/api/v1/me/sign-in-link", EVERYONE));
    rows.add(Route.of("POST", "/internal/v1/inbox/{role}/{event}", SERVICES));
    rows.add(Route.of("POST", "/internal/v1/frames", PODS));
  }

  private static void lab(List<Route> rows) {
    rows.add(Route.open("POST", "/api/v1/lab/agents/join"));
    rows.add(Route.open("POST", "/api/v1/lab/agents/challenge"));
    rows.add(Route.open("POST", "/api/v1/lab/agents/token"));
    rows.add(Route.of("POST", "/api/v1/lab/agents/me/**", DEVICES));
    rows.add(Route.of("GET", "/api/v1/lab/agents/me/models/{digest}", DEVICES));
    rows.add(Route.of("POST", "/api/v1/lab/invitations", ADMINISTRATORS));
    rows.add(Route.of("DELETE", "/api/v1/lab/devices/{name}", ADMINISTRATORS));
    rows.add(Route.of("GET", "/api/v1/lab/**", READERS));
    rows.add(Route.of("POST", "/api/v1/lab/jobs", SERVICES));
  }

  private static void protocols(List<Route> rows) {
    rows.add(Route.of("GET", "/git/{project}.git/info/refs", BUILDERS));
    rows.add(Route.of("POST", "/git/{project}.git/git-upload-pack", BUILDERS));
    rows.add(Route.of("POST", "/git/{project}.git/git-receive-pack", Set.of(ENGINEER)));
    rows.add(Route.of("GET", "/dvc/{project}/files/md5/{two}/{rest}", BUILDERS));
    rows.add(Route.of("POST", "/dvc/{project}/files/md5/{two}/{rest}", Set.of(ENGINEER)));
    rows.add(Route.of("POST", "/dvc/{project}/missing", BUILDERS));
    rows.add(Route.of("PUT", "/dvc/{project}/files/md5/{two}/{rest}", Set.of(ENGINEER)));
    // The address is signed; the call itself checks that.
    rows.add(Route.open("PUT", "/api/2.0/mlflow-artifacts/signed/**"));
    rows.add(Route.open("GET", "/api/2.0/mlflow-artifacts/signed/**"));
    for (var prefix : List.of("/api", "/ajax-api")) {
      rows.add(Route.of("*", prefix + "/2.0/mlflow/webhooks/**", ADMINISTRATORS));
      rows.add(Route.of("*", prefix + "/2.0/mlflow/**", BUILDERS));
      rows.add(Route.of("*", prefix + "/2.0/mlflow-artifacts/**", BUILDERS));
      rows.add(Route.of("*", prefix + "/3.0/mlflow/**", BUILDERS));
    }
    rows.add(Route.open("GET", "/health"));
    rows.add(Route.open("GET", "/version"));
    rows.add(Route.of("*", "/inference/{project}/v2/**", BUILDERS));
  }

  private static void operations(List<Route> rows) {
    rows.add(Route.open("GET", "/actuator/health"));
    rows.add(Route.open("GET", "/actuator/health/{group}"));
    rows.add(Route.of("GET", "/actuator/prometheus", MONITORS));
    rows.add(Route.of("GET", "/actuator/info", ADMINISTRATORS));
    rows.add(Route.of("GET", "/actuator", ADMINISTRATORS));
    rows.add(Route.of("GET", "/v3/api-docs", EVERYONE));
    rows.add(Route.of("GET", "/v3/api-docs.yaml", EVERYONE));
    rows.add(Route.open("*", "/error"));
    rows.add(Route.open("GET", "/login"));
    // Whoever signs in is nobody yet.
    rows.add(Route.open("GET", "/login/provider"));
    rows.add(Route.open("GET", "/login/provider/back"));
    rows.add(Route.open("GET", "/assets/**"));
    rows.add(Route.open("GET", "/webjars/**"));
  }

  private static void pages(List<Route> rows) {
    rows.add(Route.of("POST", "/logout", EVERYONE));
    rows.add(Route.of("GET", "/", EVERYONE));
    rows.add(Route.of("POST", "/{project}/releases/{digest}/approve", DECIDERS));
    rows.add(Route.of("POST", "/{project}/releases/{digest}/reject", DECIDERS));
    rows.add(Route.of("POST", "/{project}/releases/{digest}/rollback", DECIDERS));
    rows.add(Route.of("POST", "/{project}/releases/{digest}/again", DECIDERS));
    rows.add(Route.of("POST", "/{project}/lab/invite", ADMINISTRATORS));
    rows.add(Route.of("POST", "/{project}/batches/select", Set.of(ENGINEER)));
    rows.add(Route.of("POST", "/{project}/batches/{batch}/commit", Set.of(ENGINEER)));
    rows.add(Route.of("POST", "/{project}/batches/{batch}/next", LABELLERS));
    rows.add(Route.of("POST", "/{project}/batches/{batch}/frames/{number}/label", LABELLERS));
    rows.add(Route.of("*", "/{project}/webhooks/**", ADMINISTRATORS));
    // Of these the registry gives nobody more than they have.
    rows.add(Route.of("POST", "/{project}/tokens/create", EVERYONE));
    rows.add(Route.of("POST", "/{project}/tokens/{id}/revoke", EVERYONE));
    rows.add(Route.of("GET", "/o/{digest}", EVERYONE));
    rows.add(Route.of("GET", "/{project}", EVERYONE));
    rows.add(Route.of("GET", "/{project}/**", EVERYONE));
  }
}
