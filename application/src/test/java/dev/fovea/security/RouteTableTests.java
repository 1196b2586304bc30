package dev.fovea.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import dev.fovea.kernel.GitCommit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table's own logic: every row, by every role, in one's own project and in another's. */
class RouteTableTests {
  private static final List<String> CHANGES = List.of("POST", "PUT", "PATCH", "DELETE");
  private static final GitCommit COMMIT = GitCommit.of("a".repeat(40));

  @TestFactory
  Stream<DynamicTest> everyRowDecidesForEveryRoleAndProject() {
    var tests = new ArrayList<DynamicTest>();
    for (var row : RouteTable.ROWS) {
      var method = row.method().equals("*") ? "POST" : row.method();
      var path = example(row);
      tests.add(
          DynamicTest.dynamicTest(
              "%s %s by nobody".formatted(method, path),
              () -> decidesForNobody(row, method, path)));
      for (var role : Role.values()) {
        tests.add(
            DynamicTest.dynamicTest(
                "%s %s by %s".formatted(method, path, role),
                () -> decidesForRole(method, path, role)));
      }
    }
    return tests.stream();
  }

  private static void decidesForNobody(Route row, String method, String path) {
    var decision = Decision.on(method, path, Optional.empty());
    if (RouteTable.find(method, path).orElseThrow().open()) {
      assertThat(decision).isInstanceOf(Decision.Allowed.class);
    } else {
      assertThat(decision).as(row.toString()).isInstanceOf(Decision.SignIn.class);
    }
  }

  private static void decidesForRole(String method, String path, Role role) {
    var deciding = RouteTable.find(method, path).orElseThrow();
    var own = Decision.on(method, path, Optional.of(new Caller("someone", "ours", Set.of(role))));
    var everywhere =
        Decision.on(method, path, Optional.of(new Caller("someone", "*", Set.of(role))));
    var elsewhere =
        Decision.on(method, path, Optional.of(new Caller("someone", "theirs", Set.of(role))));
    boolean may =
        deciding.open()
            || role == Role.ADMIN
            || role == Role.SERVICE
            || deciding.roles().contains(role);
    assertThat(own).isInstanceOf(may ? Decision.Allowed.class : Decision.Forbidden.class);
    assertThat(everywhere).isInstanceOf(may ? Decision.Allowed.class : Decision.Forbidden.class);
    if (deciding.open()) {
      assertThat(elsewhere).as("it is open").isInstanceOf(Decision.Allowed.class);
    } else if (deciding.pattern().getPatternString().contains("{project}")) {
      assertThat(elsewhere)
          .as("another's project looks like none")
          .isInstanceOf(Decision.Unknown.class);
    }
  }

  @TestFactory
  Stream<DynamicTest> aTokenBoundToACiBuildReadsAndAsksForReleasesAlone() {
    var build = new Caller.Build("acme/parcels", "4711", "refs/heads/main", COMMIT);
    var bound =
        new Caller("ci:acme/parcels", "ours", EnumSet.allOf(Role.class), Optional.of(build));
    return RouteTable.ROWS.stream()
        .filter(row -> !row.open() && !row.method().equals("GET"))
        .map(row -> {
          var method = row.method().equals("*") ? "POST" : row.method();
          var path = example(row);
          return DynamicTest.dynamicTest(
              method + " " + path,
              () ->
                  assertThat(Decision.on(method, path, Optional.of(bound)))
                      .isInstanceOf(
                          path.equals("/api/v1/projects/ours/releases")
                              ? Decision.Allowed.class
                              : Decision.NotForBuilds.class));
        });
  }

  @Test
  void toAskWhetherATrialStopsIsASignOfLifeAndNoReading() {
    var path = "/api/v1/projects/ours/sweeps/s/trials/3/should-stop";
    var build = new Caller.Build("acme/parcels", "4711", "refs/heads/main", COMMIT);
    assertThat(
            Decision.on(
                "GET",
                path,
                Optional.of(
                    new Caller(
                        "ci:acme/parcels", "ours", EnumSet.allOf(Role.class), Optional.of(build)))))
        .isInstanceOf(Decision.NotForBuilds.class);
    assertThat(Decision.on("GET", path, narrowed(Scope.READ)))
        .isInstanceOf(Decision.OutOfScope.class);
    assertThat(
            Decision.on(
                "GET", path, Optional.of(new Caller("ann", "ours", Set.of(Role.RELEASE_MANAGER)))))
        .isInstanceOf(Decision.Forbidden.class);
  }

  @TestFactory
  Stream<DynamicTest> aTokenNarrowedToReadingChangesNothing() {
    var reader = narrowed(Scope.READ);
    return RouteTable.ROWS.stream()
        .filter(row -> !row.open())
        .flatMap(row ->
            (row.method().equals("*") ? CHANGES.stream() : Stream.of(row.method()))
                .map(method ->
                    DynamicTest.dynamicTest(
                        "%s %s".formatted(method, example(row)),
                        () -> {
                          boolean fetch =
                              row.pattern().getPatternString().endsWith("/git-upload-pack");
                          assertThat(Decision.on(method, example(row), reader))
                              .isInstanceOf(
                                  method.equals("GET")
                                              && !row.pattern()
                                                  .getPatternString()
                                                  .endsWith("/should-stop")
                                          || fetch
                                      ? Decision.Allowed.class
                                      : Decision.OutOfScope.class);
                        })));
  }

  @Test
  void searchesOfMlflowsAreReadsUnderBothPrefixes() {
    var reader = narrowed(Scope.READ);
    for (var prefix : List.of("/api", "/ajax-api")) {
      assertThat(Decision.on("POST", prefix + "/2.0/mlflow/runs/search", reader))
          .isInstanceOf(Decision.Allowed.class);
      for (var change : List.of("runs/create", "runs/search/../create", "runs/searching")) {
        assertThat(Decision.on("POST", prefix + "/2.0/mlflow/" + change, reader))
            .as(change)
            .isInstanceOf(Decision.OutOfScope.class);
      }
      assertThat(Decision.on("DELETE", prefix + "/2.0/mlflow/runs/search", reader))
          .isInstanceOf(Decision.OutOfScope.class);
    }
  }

  @Test
  void aTokenNarrowedToProtocolsUsesThoseAlone() {
    var tracking = "/api/2.0/mlflow/runs/create";
    var data = "/dvc/ours/files/md5/ab/cd";
    var inference = "/inference/ours/v2/models/m/infer";
    var release = "/api/v1/projects/ours/releases";
    for (var path : List.of(tracking, data, inference, release)) {
      assertThat(Decision.on("POST", path, narrowed(Scope.TRACKING)))
          .as(path)
          .isInstanceOf(path.equals(tracking) ? Decision.Allowed.class : Decision.OutOfScope.class);
      assertThat(Decision.on("POST", path, narrowed(Scope.DATA, Scope.INFERENCE)))
          .as(path)
          .isInstanceOf(
              path.equals(data) || path.equals(inference)
                  ? Decision.Allowed.class
                  : Decision.OutOfScope.class);
      assertThat(Decision.on("POST", path, narrowed(Scope.DATA, Scope.READ)))
          .isInstanceOf(Decision.OutOfScope.class);
    }
    assertThat(Decision.on("GET", data, narrowed(Scope.DATA, Scope.READ)))
        .isInstanceOf(Decision.Allowed.class);
    assertThat(Decision.on("GET", "/api/v1/me", narrowed(Scope.DATA)))
        .isInstanceOf(Decision.Allowed.class);
  }

  @Test
  void rightsOfOneProjectAreNoneInAnother() {
    var ann =
        Optional.of(
            Caller.of(
                "ann",
                Map.of("ours", Set.of(Role.ENGINEER), "theirs", Set.of(Role.RELEASE_MANAGER))));
    assertThat(Decision.on("POST", "/theirs/releases/x/approve", ann))
        .isEqualTo(new Decision.Allowed(Optional.of("theirs")));
    assertThat(Decision.on("POST", "/ours/releases/x/approve", ann))
        .isEqualTo(
            new Decision.Forbidden(
                Set.of(Role.RELEASE_MANAGER), Set.of(Role.ENGINEER), Optional.of("ours")));
    assertThat(Decision.on("GET", "/others/releases", ann))
        .isEqualTo(new Decision.Unknown(Optional.of("others")));
    var runs = "/api/2.0/mlflow/runs/create";
    assertThat(Decision.on("POST", runs, Optional.of("ours"), ann))
        .isInstanceOf(Decision.Allowed.class);
    assertThat(Decision.on("POST", runs, Optional.of("theirs"), ann))
        .as("a release manager logs no runs")
        .isInstanceOf(Decision.Forbidden.class);
    assertThat(Decision.on("GET", "/api/v1/projects", ann)).isInstanceOf(Decision.Allowed.class);
  }

  @Test
  void pathsThatAreNotInTheTableDoNotExist() {
    var everyRole = new Caller("someone", "ours", EnumSet.allOf(Role.class));
    assertThat(Decision.on("POST", "/nowhere/at/all", Optional.of(everyRole)))
        .isInstanceOf(Decision.Unknown.class);
    assertThat(Decision.on("TRACE", "/api/v1/projects", Optional.of(everyRole)))
        .isInstanceOf(Decision.Unknown.class);
    assertThat(Decision.on("POST", "/nowhere", Optional.empty()))
        .isInstanceOf(Decision.SignIn.class);
  }

  /** Whatever the path of the image holds, it is the first part of the address that decides. */
  @Test
  void whatARepositoryHoldsIsAsClosedAsItsProject() {
    var elsewhere = Optional.of(new Caller("eve", "theirs", EnumSet.of(Role.ENGINEER)));
    var own = Optional.of(new Caller("ada", "ours", Set.of(Role.ENGINEER)));
    for (var path :
        List.of(
            "/ours/datasets/digits/images/train/1.png",
            "/ours/datasets/digits/images/theirs/datasets/digits",
            "/ours/stages",
            "/api/v1/projects/ours/datasets/-/stages",
            "/api/v1/projects/ours/datasets/digits/history",
            "/api/v1/projects/ours/datasets/digits/versions/sha256:00/change",
            "/api/v1/projects/ours/datasets/digits/versions/sha256:00/manifest")) {
      assertThat(Decision.on("GET", path, elsewhere)).as(path).isInstanceOf(Decision.Unknown.class);
      assertThat(Decision.on("GET", path, Optional.empty()))
          .as(path)
          .isInstanceOf(Decision.SignIn.class);
      assertThat(Decision.on("GET", path, own)).as(path).isInstanceOf(Decision.Allowed.class);
    }
  }

  @Test
  void headIsDecidedAsGet() {
    assertThat(Decision.on("HEAD", "/dvc/ours/files/md5/ab/cdef", Optional.empty()))
        .isInstanceOf(Decision.SignIn.class);
    var engineer = new Caller("ada", "ours", Set.of(Role.ENGINEER));
    assertThat(Decision.on("HEAD", "/dvc/ours/files/md5/ab/cdef", Optional.of(engineer)))
        .isInstanceOf(Decision.Allowed.class);
  }

  @Test
  void anEngineerMayNotApproveNorBringAReleaseBack() {
    var engineer = new Caller("ada", "ours", Set.of(Role.ENGINEER));
    for (var path :
        List.of(
            "/api/v1/projects/ours/rollouts/x/approvals",
            "/ours/releases/x/approve",
            "/api/v1/projects/ours/rollouts/x/attempts",
            "/ours/releases/x/again")) {
      assertThat(Decision.on("POST", path, Optional.of(engineer)))
          .isInstanceOf(Decision.Forbidden.class);
    }
  }

  @Test
  void aMonitorReadsMetricsAndWhereThereAreMoreAndNothingElse() {
    var monitor = Optional.of(new Caller("prometheus", "*", Set.of(Role.MONITOR)));
    assertThat(RouteTable.ROWS)
        .filteredOn(row -> !row.open())
        .filteredOn(
            row -> Decision.on(row.method(), example(row), monitor) instanceof Decision.Allowed)
        .extracting(row -> row.method() + " " + row.pattern().getPatternString())
        .containsExactly("GET /api/v1/model-servers", "GET /actuator/prometheus");
    assertThat(Decision.on("POST", "/api/v1/model-servers", monitor))
        .isInstanceOf(Decision.Unknown.class);
  }

  /** Somebody who may everything that a token can say, by a token that is narrowed. */
  private static Optional<Caller> narrowed(Scope... scopes) {
    return Optional.of(
        new Caller(
            "robot",
            "ours",
            EnumSet.complementOf(EnumSet.of(Role.SERVICE)),
            Optional.empty(),
            Map.of(),
            Set.of(scopes)));
  }

  /** A path that the row matches. */
  private static String example(Route row) {
    return row.pattern()
        .getPatternString()
        .replace("{project}", "ours")
        .replaceAll("\\{[a-z]+}", "x")
        .replace("/**", "/x");
  }
}
