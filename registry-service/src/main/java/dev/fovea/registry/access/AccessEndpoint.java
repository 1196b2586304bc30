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
import java.util.regex.Pattern;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;

/** Gives, checks and ends tokens. Nobody gives more than they have. */
@RestController
class AccessEndpoint implements Access, Bootstrap {
  private static final Pattern SUBJECT =
      Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._@+/-]{0,99}");
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
          acts.refused("issued token for " + request.subject(), request.project(), refusal.get()));
      throw new NotAllowed(
          "'%s' may not issue this token: %s"
              .formatted(Text.excerpt(caller.subject()), refusal.get()),
          "ask for less, or ask an administrator of the installation");
    }
    return add(
        new Caller(request.subject(), request.project(), request.roles()),
        Duration.ofDays(request.days()),
        caller.subject());
  }

  @Override
  public List<Token> tokens() {
    var caller = Callers.current();
    return tokens.all().stream().filter(token -> maySee(caller, token)).toList();
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
          acts.done("issued token for " + owner.subject(), token.id());
          return token;
        }));
  }

  private static void check(TokenRequest request) {
    if (request.days() < 1 || request.days() > MOST_DAYS) {
      throw new InvalidRequest(
          "days: %d (expected: 1 to %d)".formatted(request.days(), MOST_DAYS),
          "choose when the token ends");
    }
    if (!SUBJECT.matcher(request.subject()).matches()) {
      throw new InvalidRequest(
          "subject: '%s' (expected: 1 to 100 letters, digits, spaces and ._@+/-)"
              .formatted(Text.excerpt(request.subject())),
          "name whom the token is for");
    }
    if (request.roles().isEmpty()) {
      throw new InvalidRequest("roles: none (expected: at least one)", "say what the token is for");
    }
    if (!request.project().equals("*")) {
      try {
        Name.of(request.project());
      } catch (IllegalArgumentException e) {
        throw new InvalidRequest(
            "project: " + e.getMessage(), "give a project's name, or * for all");
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
    if (!caller.sees(request.project())) {
      return Optional.of("their own project is '%s'".formatted(caller.project()));
    }
    if (isAdministrator(caller)) {
      return Optional.empty();
    }
    if (!caller.roles().containsAll(request.roles())) {
      return Optional.of(
          "their own roles are %s".formatted(caller.roles().stream().sorted().toList()));
    }
    return caller.subject().equals(request.subject())
        ? Optional.empty()
        : Optional.of("only administrators issue tokens in another's name");
  }

  private static boolean maySee(Caller caller, Token token) {
    return caller.sees(token.project())
        && (isAdministrator(caller) || caller.subject().equals(token.subject()));
  }

  private static boolean isAdministrator(Caller caller) {
    return caller.roles().contains(Role.ADMIN) || caller.roles().contains(Role.SERVICE);
  }
}
