package dev.fovea.front;

import dev.fovea.roles.ServiceRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Which role answers on which path: what the front door and any other reverse proxy goes by. The
 * first row that matches decides; a test compares it with the routes that exist.
 */
public final class PathOwners {
  /**
   * A row.
   *
   * @param pattern in Spring's syntax
   * @param role who answers; empty where each process answers for itself
   */
  public record Row(PathPattern pattern, Optional<ServiceRole> role) {
    boolean matches(PathContainer path) {
      return pattern.matches(path);
    }
  }

  public static final List<Row> ROWS = rows();

  private PathOwners() {}

  /** The row that decides. */
  public static Optional<Row> find(String path) {
    var parsed = PathContainer.parsePath(path);
    return ROWS.stream().filter(row -> row.matches(parsed)).findFirst();
  }

  private static List<Row> rows() {
    var rows = new ArrayList<Row>();
    // What a process says about itself, and what its siblings tell it: never passed on.
    own(rows, "/internal/**", "/actuator/**", "/error", "/v3/**");
    owned(rows, ServiceRole.DATASETS, "/git/**", "/dvc/**", "/api/v1/projects");
    owned(rows, ServiceRole.DATASETS, "/api/v1/projects/{project}");
    owned(rows, ServiceRole.DATASETS, below("datasets"), below("frames"), below("batches"));
    owned(rows, ServiceRole.REGISTRY, "/api/2.0/**", "/api/3.0/**", "/ajax-api/**");
    owned(
        rows, ServiceRole.REGISTRY, "/health", "/version", "/api/v1/access/**", "/api/v1/oidc/**");
    owned(rows, ServiceRole.REGISTRY, below("runs"), below("sweeps"), below("models"));
    owned(rows, ServiceRole.REGISTRY, below("lineage"), below("audit"), below("webhooks"));
    owned(rows, ServiceRole.LAB, "/api/v1/lab/**");
    // The report is a page for people, in one file.
    owned(rows, ServiceRole.WEB, "/api/v1/projects/{project}/releases/{digest}/report.html");
    owned(rows, ServiceRole.PIPELINES, below("releases"), below("retrainings"), below("hooks"));
    owned(rows, ServiceRole.ROLLOUTS, below("rollouts"), "/inference/**");
    owned(rows, ServiceRole.ROLLOUTS, "/api/v1/model-servers");
    // A person's sign-in link opens in the process that made it.
    owned(rows, ServiceRole.WEB, "/api/v1/me/**");
    owned(rows, ServiceRole.WEB, "/", "/login/**", "/logout", "/assets/**", "/webjars/**");
    owned(rows, ServiceRole.WEB, "/o/{digest}", "/{project}/**");
    return List.copyOf(rows);
  }

  private static String below(String part) {
    return "/api/v1/projects/{project}/" + part + "/**";
  }

  private static void own(List<Row> rows, String... patterns) {
    for (var pattern : patterns) {
      rows.add(new Row(PathPatternParser.defaultInstance.parse(pattern), Optional.empty()));
    }
  }

  private static void owned(List<Row> rows, ServiceRole role, String... patterns) {
    for (var pattern : patterns) {
      rows.add(new Row(PathPatternParser.defaultInstance.parse(pattern), Optional.of(role)));
    }
  }
}
