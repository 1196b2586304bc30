package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OnBehalfOfTest {
  private static final GitCommit COMMIT = GitCommit.of("a".repeat(40));

  @Test
  void aCallerArrivesAsItWentWithItsBuildOrWithout() {
    var ada = new Caller("ada; of %", "ours", Set.of(Role.ENGINEER, Role.CI));
    assertThat(OnBehalfOf.read(OnBehalfOf.write(ada))).isEqualTo(ada);
    var longest = "ü".repeat(256);
    var build =
        new Caller(
            "ci:acme/parcels",
            "ours",
            Set.of(Role.CI),
            Optional.of(new Caller.Build("acme/parcels", "4711", "refs/heads/a;b", COMMIT)));
    assertThat(OnBehalfOf.read(OnBehalfOf.write(build))).isEqualTo(build);
    var large = new Caller.Build("acme/parcels", "4711", longest, COMMIT);
    var much = new Caller("ci", "ours", Set.of(Role.CI), Optional.of(large));
    assertThat(OnBehalfOf.read(OnBehalfOf.write(much))).isEqualTo(much);
  }

  @Test
  void rightsInFurtherProjectsAndScopesArriveToo() {
    var ann =
        Caller.of(
            "ann",
            Map.of(
                "parcels", Set.of(Role.ENGINEER),
                "faces", Set.of(Role.ANNOTATOR, Role.CI),
                "*", Set.of(Role.MONITOR)));
    assertThat(OnBehalfOf.read(OnBehalfOf.write(ann))).isEqualTo(ann);
    assertThat(OnBehalfOf.read(OnBehalfOf.write(ann.in("faces")))).isEqualTo(ann.in("faces"));
    var build = new Caller.Build("acme/parcels", "4711", "refs/heads/a;b", COMMIT);
    var narrow =
        new Caller("ci", "ours", Set.of(Role.CI), Optional.of(build), Map.of(), Set.of(Scope.READ));
    assertThat(OnBehalfOf.read(OnBehalfOf.write(narrow))).isEqualTo(narrow);
    var rights = new TreeMap<String, Set<Role>>();
    for (int i = 0; i < Caller.MOST_PROJECTS; i++) {
      rights.put("p".repeat(60) + i, Set.of(Role.ENGINEER, Role.ANNOTATOR, Role.RELEASE_MANAGER));
    }
    var many = Caller.of("grace", rights);
    assertThat(OnBehalfOf.read(OnBehalfOf.write(many))).isEqualTo(many);
  }

  @Test
  void brokenRightsAreRefused() {
    for (var value :
        List.of(
            "ann;ours;CI;;;;;:CI;",
            "ann;ours;CI;;;;;faces:KING;",
            "ann;ours;CI;;;;;faces;",
            "ann;ours;CI;;;;;;EVERYTHING",
            "ann;ours;CI;acme/parcels;;;;;READ")) {
      assertThatThrownBy(() -> OnBehalfOf.read(value)).as(value).isInstanceOf(InvalidRequest.class);
    }
  }

  @Test
  void halfABuildIsNoneAndRefused() {
    for (var value :
        List.of(
            "ci;ours;CI;acme/parcels",
            "ci;ours;CI;acme/parcels;4711;main;HEAD",
            "ci;ours;CI;;4711;main;" + COMMIT)) {
      assertThatThrownBy(() -> OnBehalfOf.read(value)).as(value).isInstanceOf(InvalidRequest.class);
    }
  }
}
