package dev.fovea.demo;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Access;
import dev.fovea.roles.RemoteApi;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Where the story plays: a running server, and the people of the team, each with a token of their
 * own. Everything they do goes over HTTP, as it would from their own machines.
 *
 * @param address the server's
 * @param project the team's project
 * @param folder where the team works: a working copy, like on an engineer's laptop
 * @param engineer versions data, logs runs
 * @param annotator labels
 * @param manager approves
 */
record Stage(
    URI address,
    Name project,
    Path folder,
    RemoteApi engineer,
    RemoteApi annotator,
    RemoteApi manager,
    Narrator narrator) {
  static final Name PROJECT = Name.of("digits");
  static final Name DATASET = Name.of("digits");
  static final Name MODEL = Name.of("digit-reader");

  /** Sets the stage: makes a token for each person by the owner's. */
  static Stage set(URI address, RemoteApi owner, Path folder, Narrator narrator) {
    var access = owner.as(Access.class);
    return new Stage(
        address,
        PROJECT,
        folder,
        person(address, access, "ada", Caller.Role.ENGINEER),
        person(address, access, "noor", Caller.Role.ANNOTATOR),
        person(address, access, "mira", Caller.Role.RELEASE_MANAGER),
        narrator);
  }

  private static RemoteApi person(URI address, Access access, String name, Caller.Role role) {
    var token = access.issue(new Access.TokenRequest(name, PROJECT.text(), Set.of(role), 1));
    return new RemoteApi(address, Optional.of(token.token()));
  }

  /** A page's address. */
  String page(String path) {
    return address + "/" + project + path;
  }
}
