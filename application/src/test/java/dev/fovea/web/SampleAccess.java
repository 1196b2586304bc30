package dev.fovea.web;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import dev.fovea.registry.Access;
import dev.fovea.roles.NotAllowed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Three tokens: a person's, one that is narrowed, and one of another project; notes what is asked.
 */
final class SampleAccess implements Access {
  static final String SECRET = "fov_0123456789abcdef_" + "5".repeat(64);
  final List<String> asked = new ArrayList<>();

  @Override
  public NewToken issue(TokenRequest request) {
    asked.add(
        "issue %s %s %d %s"
            .formatted(
                request.subject(),
                request.roles().stream().sorted().toList(),
                request.days(),
                request.scopes().stream().sorted().toList()));
    if (request.roles().isEmpty()) {
      throw new NotAllowed("roles: none (expected: at least one)", "say what the token is for");
    }
    return new NewToken(
        "0123456789abcdef", SECRET, Instant.now().plus(Duration.ofDays(request.days())));
  }

  @Override
  public List<Token> tokens() {
    return List.of(
        token(
            "0123456789abcdef", "ada", "parcels", Set.of("faces"), Set.of(Scope.READ, Scope.DATA)),
        token("aaaabbbbccccdddd", Samples.HOSTILE, Caller.ALL, Set.of(), Set.of()),
        token("eeeeffff00001111", "of-another-project", "others", Set.of(), Set.of()));
  }

  @Override
  public void revoke(String id) {
    asked.add("revoke " + id);
  }

  @Override
  public Optional<Caller> authenticate(Presented presented) {
    return Optional.empty();
  }

  private static Token token(
      String id, String subject, String project, Set<String> others, Set<Scope> scopes) {
    return new Token(
        id,
        subject,
        project,
        Set.of(Role.ENGINEER),
        Samples.minutesAgo(4_000),
        Instant.now().plus(Duration.ofDays(20)),
        others,
        scopes,
        "grace");
  }
}
