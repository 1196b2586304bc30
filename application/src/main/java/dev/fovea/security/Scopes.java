package dev.fovea.security;

import dev.fovea.kernel.Caller.Scope;
import java.util.EnumSet;
import java.util.Set;

/** What a narrowed token may use. */
final class Scopes {
  /** What is asked by POST and changes nothing; everything else that does is a change. */
  private static final Set<String> READ_BY_POST =
      Set.of(
          "/2.0/mlflow/runs/search",
          "/2.0/mlflow/experiments/search",
          "/2.0/mlflow/experiments/search-datasets",
          "/2.0/mlflow/logged-models/search",
          "/2.0/mlflow/registered-models/get-latest-versions");

  /** Who one is can be asked with any token. */
  private static final String ME = "/api/v1/me";

  private static final String FETCH = "/git/{project}.git/git-upload-pack";

  private Scopes() {}

  /** Whether a token with these scopes may use the row so; without any it may. */
  static boolean allow(Set<Scope> scopes, Route row, String method, String path) {
    if (scopes.isEmpty() || row.pattern().getPatternString().equals(ME)) {
      return true;
    }
    if (scopes.contains(Scope.READ) && !reads(row, method, path)) {
      return false;
    }
    var protocols = EnumSet.copyOf(scopes);
    protocols.remove(Scope.READ);
    return protocols.isEmpty() || protocols.stream().anyMatch(scope -> isOf(scope, row));
  }

  /** Whether a row is MLflow's. */
  static boolean isTracking(Route row) {
    var pattern = row.pattern().getPatternString();
    return pattern.startsWith("/api/2.0/")
        || pattern.startsWith("/api/3.0/")
        || pattern.startsWith("/ajax-api/");
  }

  private static boolean isOf(Scope scope, Route row) {
    var pattern = row.pattern().getPatternString();
    return switch (scope) {
      case READ -> true;
      case TRACKING -> isTracking(row);
      case DATA -> pattern.startsWith("/git/") || pattern.startsWith("/dvc/");
      case INFERENCE -> pattern.startsWith("/inference/");
    };
  }

  private static boolean reads(Route row, String method, String path) {
    return switch (method) {
      case "GET", "HEAD" -> RouteTable.reads(row, method);
      case "POST" ->
          row.pattern().getPatternString().equals(FETCH)
              || READ_BY_POST.contains(path.replaceFirst("^/(ajax-)?api", ""));
      default -> false;
    };
  }
}
