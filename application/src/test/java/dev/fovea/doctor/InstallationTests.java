package dev.fovea.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.registry.Access;
import dev.fovea.roles.RemoteApi;
import dev.fovea.roles.ServiceRole;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.Home;
import dev.fovea.server.ServerOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the probe says of a whole server, of one with a part missing, and to a stranger. */
class InstallationTests {
  @TempDir private static Path home;
  private static FoveaServer server;
  private static Optional<String> owner;

  @BeforeAll
  static void start() {
    server = FoveaServer.start(ServerOptions.at(home, 0));
    owner = Home.line(home.resolve("token"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map<ServiceRole, URI> everywhere() {
    var roles = new EnumMap<ServiceRole, URI>(ServiceRole.class);
    for (var role : ServiceRole.values()) {
      roles.put(role, server.address());
    }
    return roles;
  }

  @Test
  void aWholeServerPassesAndKeepsNoToken() {
    var access = new RemoteApi(server.address(), owner).as(Access.class);
    int before = access.tokens().size();
    var checks = new Installation(everywhere(), OptionalInt.empty(), owner).examine();
    assertThat(checks)
        .hasSize(6 + 6 + 1 + 4 + 1 + 1)
        .allSatisfy(
            check -> assertThat(check.state()).as(check.toString()).isEqualTo(Check.State.GOOD));
    assertThat(access.tokens()).hasSize(before);
  }

  @Test
  void aMissingRoleIsNamedAndTheOthersAreStillLookedAt() {
    var roles = everywhere();
    roles.put(ServiceRole.LAB, URI.create("http://127.0.0.1:1"));
    var checks = new Installation(roles, OptionalInt.empty(), owner).examine();
    assertThat(checks)
        .filteredOn(check -> check.state() == Check.State.BAD)
        .extracting(Check::name)
        .containsExactly("lab is ready", "lab knows no stranger", "lab answers");
    assertThat(checks)
        .filteredOn(check -> check.state() == Check.State.BAD)
        .allSatisfy(check -> assertThat(check.fix()).isNotEmpty());
  }

  @Test
  void aStrangersProbeFails() {
    var checks =
        new Installation(everywhere(), OptionalInt.empty(), Optional.of("fov_x_y")).examine();
    assertThat(checks)
        .filteredOn(check -> check.state() == Check.State.BAD)
        .extracting(Check::name)
        .contains("registry makes a token", "web signs in");
  }
}
