package dev.fovea.registry;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.NotAllowed;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** Tokens: {@code fov_<id>_<secret>}; the secret is shown once and stored as its SHA-256. */
@HttpExchange("/api/v1/access")
public interface Access {
  /** Makes a token; nobody may give more than they have. */
  @PostExchange("/tokens")
  NewToken issue(@RequestBody TokenRequest request) throws InvalidRequest, NotAllowed;

  /** All tokens that are not revoked, without their secrets. */
  @GetExchange("/tokens")
  List<Token> tokens();

  /** Ends a token at once. */
  @DeleteExchange("/tokens/{id}")
  void revoke(@PathVariable("id") String id) throws NoSuchThing;

  /**
   * Whom a presented token belongs to; empty where it is wrong, ended or expired. For Fovea's own
   * processes.
   */
  @PostExchange("/authentication")
  Optional<Caller> authenticate(@RequestBody Presented presented);

  /** A token as a client sent it. */
  record Presented(String token) {
    @Override
    public String toString() {
      return "Presented[token=•••]";
    }
  }

  /**
   * A token to make.
   *
   * @param subject the name that the audit log will show
   * @param project the project it opens; {@code *} for all
   * @param days until it ends, 1 to 365
   * @param others further projects that it opens with the same roles; none where it opens all
   * @param scopes what it is narrowed to; none: to nothing less than its roles
   */
  record TokenRequest(
      String subject,
      String project,
      Set<Caller.Role> roles,
      int days,
      Set<String> others,
      Set<Caller.Scope> scopes) {
    public TokenRequest {
      // Clients of the version before send neither.
      others = Set.copyOf(Objects.requireNonNullElse(others, Set.of()));
      scopes = Set.copyOf(Objects.requireNonNullElse(scopes, Set.of()));
    }

    /** A token for one project, or all, with everything that its roles may. */
    public TokenRequest(String subject, String project, Set<Caller.Role> roles, int days) {
      this(subject, project, roles, days, Set.of(), Set.of());
    }

    /** All projects that it opens, in order. */
    public SortedSet<String> projects() {
      var all = new TreeSet<>(others);
      all.add(project);
      return all;
    }
  }

  /** A token just made. */
  record NewToken(String id, String token, Instant expires) {
    @Override
    public String toString() {
      return "NewToken[id=%s, token=•••, expires=%s]".formatted(id, expires);
    }
  }

  /**
   * A token without its secret.
   *
   * @param others further projects that it opens; of those the ones that the caller sees
   * @param scopes what it is narrowed to; none: to nothing less than its roles
   * @param issuedBy who made it
   */
  record Token(
      String id,
      String subject,
      String project,
      Set<Caller.Role> roles,
      Instant created,
      Instant expires,
      Set<String> others,
      Set<Caller.Scope> scopes,
      String issuedBy) {}
}
