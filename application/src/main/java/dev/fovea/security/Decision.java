package dev.fovea.security;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.server.PathContainer;

/** What the table says to one request. */
sealed interface Decision {
  /**
   * Go on.
   *
   * @param project the project that the request is about, where it is about one
   */
  record Allowed(Optional<String> project) implements Decision {}

  /** Nobody is signed in. */
  record SignIn() implements Decision {}

  /**
   * The caller's roles do not suffice.
   *
   * @param wanted any one of these would; none: ADMIN alone
   * @param held what the caller has, there
   * @param project where, if the request is about a project
   */
  record Forbidden(Set<Role> wanted, Set<Role> held, Optional<String> project)
      implements Decision {}

  /** The caller's token is bound to a CI build, and those read and ask for releases alone. */
  record NotForBuilds() implements Decision {}

  /** The caller's token is narrowed to less than this. */
  record OutOfScope(Set<Scope> scopes) implements Decision {}

  /**
   * No such route, or a project that is not the caller's: both answer alike.
   *
   * @param project the project that the path names, whether there is one or not
   */
  record Unknown(Optional<String> project) implements Decision {}

  /** Decides by the table for a request that names no workspace. */
  static Decision on(String method, String path, Optional<Caller> caller) {
    return on(method, path, Optional.empty(), caller);
  }

  /**
   * Decides by the table.
   *
   * @param workspace what MLflow's clients name their project by, beside the path
   */
  static Decision on(
      String method, String path, Optional<String> workspace, Optional<Caller> caller) {
    var row = RouteTable.find(method, path);
    if (row.isEmpty()) {
      return caller.isEmpty() ? new SignIn() : new Unknown(Optional.empty());
    }
    var named = named(row.get(), path);
    if (row.get().open()) {
      return new Allowed(named);
    }
    if (caller.isEmpty()) {
      return new SignIn();
    }
    if (named.isPresent() && !caller.get().sees(named.get())) {
      return new Unknown(named);
    }
    if (caller.get().build().isPresent() && !RouteTable.openToBuilds(row.get(), method)) {
      return new NotForBuilds();
    }
    if (!Scopes.allow(caller.get().scopes(), row.get(), method, path)) {
      return new OutOfScope(caller.get().scopes());
    }
    var project = named.or(() -> tracked(row.get(), workspace, caller.get()));
    // A route of no project asks for a role in any.
    var held = project.map(name -> caller.get().in(name).roles()).orElseGet(caller.get()::anywhere);
    return row.get().allows(held)
        ? new Allowed(project)
        : new Forbidden(row.get().roles(), held, project);
  }

  private static Optional<String> named(Route row, String path) {
    return Optional.ofNullable(row.pattern().matchAndExtract(PathContainer.parsePath(path)))
        .flatMap(match -> Optional.ofNullable(match.getUriVariables().get("project")));
  }

  /**
   * The project of a call of MLflow's, as the registry finds it. Where the caller has rights in
   * several and names none, or one that is not theirs, the registry refuses.
   */
  private static Optional<String> tracked(Route row, Optional<String> workspace, Caller caller) {
    if (!Scopes.isTracking(row)) {
      return Optional.empty();
    }
    return workspace
        .filter(name -> !name.isBlank())
        .or(() -> caller.everywhere() ? Optional.of("default") : Optional.empty())
        .filter(caller::sees);
  }
}
