package dev.fovea.security;

import dev.fovea.kernel.Caller;
import java.util.Optional;
import org.springframework.http.server.PathContainer;

/** What the table says to one request. */
sealed interface Decision {
  /** Go on. */
  record Allowed() implements Decision {}

  /** Nobody is signed in. */
  record SignIn() implements Decision {}

  /** The caller's roles do not suffice. */
  record Forbidden(String wanted) implements Decision {}

  /** The caller's token is bound to a CI build, and those read and ask for releases alone. */
  record NotForBuilds() implements Decision {}

  /** No such route, or a project that is not the caller's: both answer alike. */
  record Unknown() implements Decision {}

  /** Decides by the table. */
  static Decision on(String method, String path, Optional<Caller> caller) {
    var row = RouteTable.find(method, path);
    if (row.isEmpty()) {
      return caller.isEmpty() ? new SignIn() : new Unknown();
    }
    if (row.get().open()) {
      return new Allowed();
    }
    if (caller.isEmpty()) {
      return new SignIn();
    }
    var match = row.get().pattern().matchAndExtract(PathContainer.parsePath(path));
    var project = match == null ? null : match.getUriVariables().get("project");
    if (project != null && !caller.get().sees(project)) {
      return new Unknown();
    }
    if (caller.get().build().isPresent() && !RouteTable.openToBuilds(row.get(), method)) {
      return new NotForBuilds();
    }
    return row.get().allows(caller.get().roles())
        ? new Allowed()
        : new Forbidden(
            String.join(" or ", row.get().roles().stream().map(Enum::name).sorted().toList()));
  }
}
