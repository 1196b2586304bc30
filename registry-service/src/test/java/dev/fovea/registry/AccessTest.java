package dev.fovea.registry;

import static dev.fovea.kernel.Caller.Role.ADMIN;
import static dev.fovea.kernel.Caller.Role.ANNOTATOR;
import static dev.fovea.kernel.Caller.Role.CI;
import static dev.fovea.kernel.Caller.Role.ENGINEER;
import static dev.fovea.kernel.Caller.Role.MONITOR;
import static dev.fovea.kernel.Caller.Role.RELEASE_MANAGER;
import static dev.fovea.kernel.Caller.Role.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Access.NewToken;
import dev.fovea.registry.Access.Presented;
import dev.fovea.registry.Access.TokenRequest;
import dev.fovea.roles.NotAllowed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class AccessTest extends RegistryTest {
  private static final Caller OWNER = new Caller("root", "*", Set.of(ADMIN));

  private final Name project = project();

  @Autowired private AuditLog audit;
  @Autowired private Bootstrap bootstrap;

  @Test
  void aTokenOpensItsProjectWithItsRoles() {
    var token = issue(OWNER, "ada", project.text(), Set.of(ENGINEER, CI));
    assertThat(token.token()).matches("fov_[0-9a-f]{16}_[0-9a-f]{64}");
    assertThat(token.toString()).doesNotContain(token.token());
    assertThat(token.expires())
        .isBetween(
            Instant.now().plus(Duration.ofDays(29)), Instant.now().plus(Duration.ofDays(31)));
    assertThat(access.authenticate(new Presented(token.token())))
        .contains(new Caller("ada", project.text(), Set.of(ENGINEER, CI)));
  }

  @Test
  void theDatabaseHoldsNoSecret() {
    var token = issue(OWNER, "ada", project.text(), Set.of(ENGINEER)).token();
    var secret = token.substring(token.lastIndexOf('_') + 1);
    var row =
        JdbcClient.create(database)
            .sql("select t::text from registry.token t where id = ?")
            .param(token.substring(4, 20))
            .query(String.class)
            .single();
    assertThat(row).doesNotContain(secret);
  }

  @Test
  void wrongAlteredOrEndedTokensOpenNothing() {
    var token = issue(OWNER, "ada", project.text(), Set.of(ENGINEER)).token();
    var last = token.charAt(token.length() - 1) == '0' ? '1' : '0';
    var altered = token.substring(0, token.length() - 1) + last;
    for (var wrong :
        List.of(
            "",
            "x",
            altered,
            token + "0",
            token.toUpperCase(Locale.ROOT),
            "fov_0000000000000000_" + "0".repeat(64),
            "fov_' or '1'='1_x")) {
      assertThat(access.authenticate(new Presented(wrong))).as(wrong).isEmpty();
    }
    JdbcClient.create(database)
        .sql("update registry.token set expires = now() where id = ?")
        .param(token.substring(4, 20))
        .update();
    assertThat(access.authenticate(new Presented(token))).isEmpty();
  }

  /** A19. */
  @Test
  void aRevokedTokenEndsAtOnceAndIsListedNoMore() {
    var token = issue(OWNER, "ada", project.text(), Set.of(ENGINEER));
    assertThat(tokens(OWNER)).contains(token.id());
    as(
        OWNER,
        () -> {
          access.revoke(token.id());
          return true;
        });
    assertThat(access.authenticate(new Presented(token.token()))).isEmpty();
    assertThat(tokens(OWNER)).doesNotContain(token.id());
    assertThatThrownBy(() ->
            as(
                OWNER,
                () -> {
                  access.revoke(token.id());
                  return true;
                }))
        .isInstanceOf(NoSuchThing.class);
  }

  @Test
  void aTokenOpensSeveralProjectsAndIsNarrowed() {
    var other = project();
    var token =
        as(
            OWNER,
            () ->
                access.issue(
                    new TokenRequest(
                        "robot",
                        project.text(),
                        Set.of(ENGINEER),
                        30,
                        Set.of(other.text(), project.text()),
                        Set.of(Scope.READ, Scope.DATA))));
    var caller = access.authenticate(new Presented(token.token())).orElseThrow();
    assertThat(caller)
        .isEqualTo(
            new Caller(
                "robot",
                project.text(),
                Set.of(ENGINEER),
                Optional.empty(),
                Map.of(other.text(), Set.of(ENGINEER)),
                Set.of(Scope.READ, Scope.DATA)));
    assertThat(as(OWNER, access::tokens))
        .filteredOn(listed -> listed.id().equals(token.id()))
        .singleElement()
        .satisfies(listed -> {
          assertThat(listed.scopes()).containsExactlyInAnyOrder(Scope.READ, Scope.DATA);
          assertThat(List.of(listed.project(), listed.others().iterator().next()))
              .containsExactlyInAnyOrder(project.text(), other.text());
          assertThat(listed.issuedBy()).isEqualTo("root");
        });
    await()
        .untilAsserted(() ->
            assertThat(as(OWNER, () -> audit.newest(project, 500)))
                .filteredOn(act -> act.object().equals(token.id()))
                .extracting(Audited::act)
                .singleElement()
                .asString()
                .startsWith("issued token for robot: [ENGINEER] in ")
                .contains(project.text(), other.text())
                .endsWith(", narrowed to [READ, DATA]"));
  }

  @Test
  void anAdministratorOfOneOfItsProjectsSeesATokenWithoutTheOthersAndEndsIt() {
    var other = project();
    var token =
        as(
            OWNER,
            () ->
                access.issue(
                    new TokenRequest(
                        "robot",
                        other.text(),
                        Set.of(ENGINEER),
                        30,
                        Set.of(project.text()),
                        Set.of())));
    var lead = new Caller("lead", project.text(), Set.of(ADMIN));
    assertThat(as(lead, access::tokens))
        .singleElement()
        .satisfies(listed -> {
          assertThat(listed.project()).isEqualTo(project.text());
          assertThat(listed.others()).as("what the lead does not see").isEmpty();
        });
    as(
        lead,
        () -> {
          access.revoke(token.id());
          return true;
        });
    assertThat(access.authenticate(new Presented(token.token()))).isEmpty();
  }

  @Test
  void whoeverHasRightsInSeveralProjectsGivesInEachWhatTheyHaveThere() {
    var faces = project().text();
    var ann =
        Caller.of("ann", Map.of(project.text(), Set.of(ENGINEER), faces, Set.of(ANNOTATOR, CI)));
    assertThat(issue(ann, "ann", faces, Set.of(ANNOTATOR)).token()).startsWith("fov_");
    refused(
        ann, "ann", faces, Set.of(ENGINEER), "their own roles are [CI, ANNOTATOR] in '" + faces);
    refused(ann, "ann", "*", Set.of(ENGINEER), "their own projects are [");
    assertThatThrownBy(() ->
            as(
                ann,
                () ->
                    access.issue(
                        new TokenRequest(
                            "ann", project.text(), Set.of(ENGINEER), 1, Set.of(faces), Set.of()))))
        .isInstanceOf(NotAllowed.class);
    var narrow =
        new Caller(
            "ann",
            project.text(),
            Set.of(ENGINEER),
            Optional.empty(),
            Map.of(),
            Set.of(Scope.READ));
    refused(
        narrow, "ann", project.text(), Set.of(ENGINEER), "their own token is narrowed to [READ]");
  }

  /** A21. */
  @Test
  void nobodyGivesMoreThanTheyHave() {
    var ada = new Caller("ada", project.text(), Set.of(ENGINEER));
    var lead = new Caller("lead", project.text(), Set.of(ADMIN));
    refused(
        ada,
        "ada",
        project.text(),
        Set.of(ENGINEER, RELEASE_MANAGER),
        "their own roles are [ENGINEER]");
    refused(ada, "ada", "*", Set.of(ENGINEER), "their own project is");
    refused(ada, "ada", "other", Set.of(ENGINEER), "their own project is");
    refused(
        ada,
        "bob",
        project.text(),
        Set.of(ENGINEER),
        "only administrators issue tokens in another's name");
    refused(lead, "bob", "*", Set.of(ENGINEER), "their own project is");
    refused(OWNER, "robot", "*", Set.of(SERVICE), "the role SERVICE is given to no token");
    assertThat(issue(ada, "ada", project.text(), Set.of(ENGINEER)).token()).startsWith("fov_");
    assertThat(issue(lead, "bob", project.text(), Set.of(RELEASE_MANAGER)).token())
        .startsWith("fov_");
    await()
        .untilAsserted(() ->
            assertThat(as(OWNER, () -> audit.newest(project, 100)))
                .filteredOn(act -> act.act().startsWith("issued token"))
                .extracting(Audited::outcome)
                .anyMatch(
                    outcome -> outcome.startsWith("refused: their own roles are [ENGINEER]")));
  }

  @Test
  void seesAndEndsOnlyItsOwnTokens() {
    var ada = new Caller("ada", project.text(), Set.of(ENGINEER));
    var theirs = issue(OWNER, "bob", project.text(), Set.of(ANNOTATOR));
    var foreign = issue(OWNER, "ada", project().text(), Set.of(ENGINEER));
    var own = issue(ada, "ada", project.text(), Set.of(ENGINEER));
    assertThat(tokens(ada)).contains(own.id()).doesNotContain(theirs.id(), foreign.id());
    for (var other : List.of(theirs, foreign)) {
      assertThatThrownBy(() ->
              as(
                  ada,
                  () -> {
                    access.revoke(other.id());
                    return true;
                  }))
          .isInstanceOf(NoSuchThing.class);
      assertThat(access.authenticate(new Presented(other.token()))).isPresent();
    }
  }

  @Test
  void refusesNonsense() {
    for (var request :
        List.of(
            new TokenRequest("ada", "p", Set.of(ENGINEER), 0),
            new TokenRequest("ada", "p", Set.of(ENGINEER), 366),
            new TokenRequest("ada", "p", Set.of(), 1),
            new TokenRequest("", "p", Set.of(ENGINEER), 1),
            new TokenRequest("ada\nroot", "p", Set.of(ENGINEER), 1),
            new TokenRequest("a".repeat(101), "p", Set.of(ENGINEER), 1),
            new TokenRequest("ada", "../p", Set.of(ENGINEER), 1),
            new TokenRequest("ada", "p", Set.of(ENGINEER), 1, Set.of("../p"), Set.of()),
            new TokenRequest("ada", "p", Set.of(ENGINEER), 1, Set.of("*"), Set.of()),
            new TokenRequest("ada", "*", Set.of(ENGINEER), 1, Set.of("p"), Set.of()),
            new TokenRequest(
                "ada",
                "p",
                Set.of(ENGINEER),
                1,
                IntStream.range(0, 50).mapToObj(i -> "p-" + i).collect(Collectors.toSet()),
                Set.of()))) {
      assertThatThrownBy(() -> as(OWNER, () -> access.issue(request)))
          .as(request.toString())
          .isInstanceOf(InvalidRequest.class);
    }
  }

  @Test
  void theOwnerOfTheHomeGetsEverythingButService() {
    var caller = access.authenticate(new Presented(bootstrap.localOwner().token())).orElseThrow();
    assertThat(caller.project()).isEqualTo("*");
    assertThat(caller.roles())
        .containsExactlyInAnyOrder(ENGINEER, CI, ANNOTATOR, RELEASE_MANAGER, ADMIN, MONITOR);
  }

  private NewToken issue(Caller by, String subject, String where, Set<Role> roles) {
    return as(by, () -> access.issue(new TokenRequest(subject, where, roles, 30)));
  }

  private List<String> tokens(Caller by) {
    return as(by, () -> access.tokens().stream().map(Access.Token::id).toList());
  }

  private void refused(Caller by, String subject, String where, Set<Role> roles, String why) {
    assertThatThrownBy(() -> issue(by, subject, where, roles))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining(why);
  }
}
