package dev.fovea.registry.access;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import dev.fovea.registry.Access;
import dev.fovea.registry.Bootstrap;
import dev.fovea.registry.audit.Acts;
import dev.fovea.roles.Callers;
import dev.fovea.roles.NotAllowed;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;

/** Gives, checks and ends tokens. Nobody gives more than they have. */
@RestController
class AccessEndpoint implements Access, Bootstrap {
  private static final int MOST_DAYS = 365;
  private static final int OWNER_DAYS = 90;

  private final Tokens tokens;
  private final Acts acts;
  private final TransactionTemplate transaction;

  AccessEndpoint(Tokens tokens, Acts acts, TransactionTemplate transaction) {
    this.tokens = tokens;
    this.acts = acts;
    this.transaction = transaction;
  }

  @Override
  public NewToken issue(TokenRequest request) {
    check(request);
    var caller = Callers.current();
    var refusal = refusal(caller, request);
    if (refusal.isPresent()) {
      transaction.executeWithoutResult(_ ->
          acts.refused(
              "issued token for " + request.subject(),
              String.join(", ", request.projects()),
              refusal.get()));
      throw new NotAllowed(
          "'%s' may not issue this token: %s"
              .formatted(Text.excerpt(caller.subject()), refusal.get()),
          "ask for less, or ask an administrator of the installation");
    }
    var elsewhere =
        request.others().stream()
            .filter(name -> !name.equals(request.project()))
            .collect(Collectors.toMap(name -> name, _ -> request.roles()));
    return add(
        new Caller(
            request.subject(),
            request.project(),
            request.roles(),
            Optional.empty(),
            elsewhere,
            request.scopes()),
        Duration.ofDays(request.days()),
        caller.subject());
  }

  @Override
  public List<Token> tokens() {
    var caller = Callers.current();
    return tokens.all().stream()
        .filter(token -> maySee(caller, token))
        .map(token -> seen(caller, token))
        .toList();
  }

  @Override
  public void revoke(String id) {
    var caller = Callers.current();
    var token =
        tokens
            .find(id)
            .filter(found -> maySee(caller, found))
            .orElseThrow(() -> new NoSuchThing("token", id, "see your tokens with 'fovea tokens'"));
    transaction.executeWithoutResult(_ -> {
      tokens.revoke(token.id());
      acts.done("revoked token of " + token.subject(), token.id());
    });
  }

  @Override
  public Optional<Caller> authenticate(Presented presented) {
    return tokens.owner(presented.token());
  }

  @Override
  public NewToken localOwner() {
    return add(
        new Caller("owner", "*", EnumSet.complementOf(EnumSet.copyOf(Caller.NOT_FOR_TOKENS))),
        Duration.ofDays(OWNER_DAYS),
        Callers.current().subject());
  }

  private NewToken add(Caller owner, Duration lifetime, String issuedBy) {
    return Objects.requireNonNull(
        transaction.execute(_ -> {
          var token = tokens.add(owner, lifetime, issuedBy);
          acts.done("issued token for %s: %s".formatted(owner.subject(), what(owner)), token.id());
          return token;
        }));
  }

  private static void check(TokenRequest request) {
    if (request.days() < 1 || request.days() > MOST_DAYS) {
      throw new InvalidRequest(
          "days: %d (expected: 1 to %d)".formatted(request.days(), MOST_DAYS),
          "choose when the token ends");
    }
    if (!Subject.isOne(request.subject())) {
      throw new InvalidRequest(
          "subject: '%s' (expected: %s)"
              .formatted(Text.excerpt(request.subject()), Subject.EXPECTED),
          "name whom the token is for");
    }
    if (request.roles().isEmpty()) {
      throw new InvalidRequest("roles: none (expected: at least one)", "say what the token is for");
    }
    checkProjects(request);
  }

  private static void checkProjects(TokenRequest request) {
    var projects = request.projects();
    if (projects.size() > Caller.MOST_PROJECTS) {
      throw new InvalidRequest(
          "projects: %d (expected: 1 to %d)".formatted(projects.size(), Caller.MOST_PROJECTS),
          "make a token for fewer, or for * which is all");
    }
    if (projects.equals(Set.of(Caller.ALL))) {
      return;
    }
    for (var project : projects) {
      try {
        Name.of(project);
      } catch (IllegalArgumentException e) {
        throw new InvalidRequest(
            "project: " + e.getMessage(), "give projects' names, or * alone for all");
      }
    }
  }

  /** Why the caller may not give this token; empty where they may. */
  private static Optional<String> refusal(Caller caller, TokenRequest request) {
    for (var role : Caller.NOT_FOR_TOKENS) {
      if (request.roles().contains(role)) {
        return Optional.of("the role %s is given to no token".formatted(role));
      }
    }
    if (!request.scopes().containsAll(caller.scopes())) {
      return Optional.of("their own token is narrowed to %s".formatted(sorted(caller.scopes())));
    }
    return request.projects().stream()
        .map(project -> refusalIn(caller, project, request))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> refusalIn(Caller caller, String project, TokenRequest request) {
    if (!caller.sees(project)) {
      return Optional.of(
          caller.elsewhere().isEmpty()
              ? "their own project is '%s'".formatted(caller.project())
              : "their own projects are %s".formatted(caller.projects()));
    }
    var there = caller.in(project);
    if (isAdministrator(there)) {
      return Optional.empty();
    }
    if (!there.roles().containsAll(request.roles())) {
      return Optional.of(
          "their own roles are %s%s"
              .formatted(
                  sorted(there.roles()),
                  caller.elsewhere().isEmpty() ? "" : " in '%s'".formatted(project)));
    }
    return caller.subject().equals(request.subject())
        ? Optional.empty()
        : Optional.of("only administrators issue tokens in another's name");
  }

  /** Whoever administers one of a token's projects sees it, and may end it. */
  private static boolean maySee(Caller caller, Token token) {
    return Stream.concat(Stream.of(token.project()), token.others().stream())
        .anyMatch(project ->
            caller.sees(project)
                && (isAdministrator(caller.in(project))
                    || caller.subject().equals(token.subject())));
  }

  /** The token without the projects that the caller does not see. */
  private static Token seen(Caller caller, Token token) {
    var projects =
        Stream.concat(Stream.of(token.project()), token.others().stream())
            .filter(caller::sees)
            .sorted()
            .toList();
    return new Token(
        token.id(),
        token.subject(),
        projects.getFirst(),
        token.roles(),
        token.created(),
        token.expires(),
        Set.copyOf(projects.subList(1, projects.size())),
        token.scopes(),
        token.issuedBy());
  }

  /** What a token is good for, in the words of the audit log. */
  private static String what(Caller owner) {
    return "%s in %s%s"
        .formatted(
            sorted(owner.roles()),
            String.join(", ", owner.projects()),
            owner.scopes().isEmpty() ? "" : ", narrowed to " + sorted(owner.scopes()));
  }

  private static <E extends Comparable<E>> List<E> sorted(Set<E> values) {
    return values.stream().sorted().toList();
  }

  private static boolean isAdministrator(Caller caller) {
    return caller.roles().contains(Role.ADMIN) || caller.roles().contains(Role.SERVICE);
  }
}
