package dev.fovea.registry.login;

import static dev.fovea.kernel.Caller.Role.ADMIN;
import static dev.fovea.kernel.Caller.Role.ANNOTATOR;
import static dev.fovea.kernel.Caller.Role.ENGINEER;
import static dev.fovea.kernel.Caller.Role.RELEASE_MANAGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Problem;
import dev.fovea.registry.login.LoginProperties.Grant;
import dev.fovea.roles.NotAllowed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RightsTest {
  private final Rights rights =
      new Rights(
          "groups",
          List.of(
              grant("vision", "parcels", ENGINEER),
              grant("vision", "faces", ANNOTATOR),
              grant("leads", "parcels", RELEASE_MANAGER),
              new Grant("grace@example.com", Optional.of("email"), "*", Set.of(ADMIN)),
              new Grant("ops", Optional.of("realm_access.roles"), "*", Set.of(ENGINEER))));

  @Test
  void groupsAddUpByProject() {
    assertThat(of(c -> c.claim("groups", List.of("vision", "leads", "others"))))
        .isEqualTo(
            Map.of("parcels", Set.of(ENGINEER, RELEASE_MANAGER), "faces", Set.of(ANNOTATOR)));
    assertThat(of(c -> c.claim("groups", "leads")))
        .as("one text")
        .isEqualTo(Map.of("parcels", Set.of(RELEASE_MANAGER)));
    assertThat(of(c -> c.claim("realm_access", Map.of("roles", List.of("ops")))))
        .as("within an object")
        .isEqualTo(Map.of("*", Set.of(ENGINEER)));
  }

  @Test
  void aGroupCountsToTheLetter() {
    for (var near : List.of("Vision", "vision ", "visions", "/vision")) {
      assertThatThrownBy(() -> of(c -> c.claim("groups", List.of(near))))
          .as(near)
          .isInstanceOf(NotAllowed.class);
    }
    assertThatThrownBy(() -> of(c -> c.claim("groups", Map.of("vision", true))))
        .isInstanceOf(NotAllowed.class);
    assertThatThrownBy(() -> of(c -> c.claim("groups", List.of(List.of("vision")))))
        .isInstanceOf(NotAllowed.class);
  }

  @Test
  void anAddressCountsOnlyWhereItIsVerified() {
    assertThat(of(c -> c.claim("email", "grace@example.com").claim("email_verified", true)))
        .isEqualTo(Map.of("*", Set.of(ADMIN)));
    for (var unverified : List.<Object>of(false, "true", 1)) {
      assertThatThrownBy(() ->
              of(c -> c.claim("email", "grace@example.com").claim("email_verified", unverified)))
          .isInstanceOf(NotAllowed.class);
    }
    assertThatThrownBy(() -> of(c -> c.claim("email", "grace@example.com")))
        .isInstanceOf(NotAllowed.class);
  }

  @Test
  void whoHasNoRightIsToldWhichGroupsHaveSome() {
    assertThatThrownBy(() -> of(c -> c.claim("groups", List.of("cooks"))))
        .hasMessage("'ada' has no right here: 'groups' has [cooks], and none of them gives any")
        .isInstanceOfSatisfying(
            NotAllowed.class,
            refusal ->
                assertThat(refusal.remedy())
                    .contains("groups=leads", "groups=vision", "fovea.auth.login.grants"));
    assertThatThrownBy(() -> of(_ -> {}))
        .hasMessage("'ada' has no right here: the provider's token has no 'groups'");
    assertThatThrownBy(() ->
            of(c ->
                c.claim("_claim_names", Map.of("groups", "src1"))
                    .claim("_claim_sources", Map.of("src1", Map.of("endpoint", "https://x")))))
        .hasMessageContaining("left 'groups' out of its token, since there are too many");
  }

  @Test
  void whatItTellsIsBoundedAndOfOneLine() {
    var many =
        IntStream.range(0, 5_000).mapToObj(i -> "g-" + i + "\u202e\n" + "x".repeat(200)).toList();
    assertThatThrownBy(() -> of(c -> c.claim("groups", many)))
        .isInstanceOfSatisfying(
            Problem.class,
            refusal ->
                assertThat(refusal.explanation())
                    .hasSizeLessThan(2_000)
                    .doesNotContain("\n", "\u202e")
                    .contains("and 1988 more"));
  }

  @Test
  void moreProjectsThanACallerHasAreRefused() {
    var wide =
        new Rights(
            "groups",
            IntStream.range(0, 51).mapToObj(i -> grant("vision", "p-" + i, ENGINEER)).toList());
    assertThatThrownBy(() -> wide.of(claims(c -> c.claim("groups", "vision")), "ada"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("51 projects (at most 50)");
  }

  @Test
  void grantsThatNobodyMayHaveAreRefusedAtTheStart() {
    assertThatThrownBy(() -> grant("vision", "parcels", Role.SERVICE))
        .hasMessageContaining("fovea.auth.login.grants of 'vision'");
    assertThatThrownBy(() -> grant("vision", "../parcels", ENGINEER))
        .hasMessageContaining("project: name: '../parcels'");
    assertThatThrownBy(() -> new Grant("vision", Optional.empty(), "parcels", Set.of()))
        .hasMessageContaining("roles []");
    assertThatThrownBy(() -> grant(" ", "parcels", ENGINEER)).hasMessageContaining("blank");
  }

  private Map<String, Set<Role>> of(Consumer<JWTClaimsSet.Builder> change) {
    return rights.of(claims(change), "ada");
  }

  private static Claims claims(Consumer<JWTClaimsSet.Builder> change) {
    var claims = new JWTClaimsSet.Builder().subject("account-1");
    change.accept(claims);
    return new Claims(claims.build());
  }

  private static Grant grant(String value, String project, Role role) {
    return new Grant(value, Optional.empty(), project, Set.of(role));
  }
}
