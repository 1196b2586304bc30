package dev.fovea.registry.oidc;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Access.NewToken;
import dev.fovea.registry.TokenExchange;
import dev.fovea.registry.TokenExchange.Exchanged;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.access.Tokens;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.oidc.OidcProperties.Binding;
import dev.fovea.roles.Callers;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives a token for an identity. That the identity token is spent, the new token and the audit row
 * are one transaction: a process that dies in between has given nothing.
 */
final class Exchanges {
  private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
  private static final String ACT = "exchanged a GitHub Actions token";

  private final OidcProperties properties;
  private final Verifier verifier;
  private final Bindings bindings;
  private final Tokens tokens;
  private final Acts acts;
  private final JdbcClient database;
  private final TransactionTemplate transaction;

  Exchanges(
      OidcProperties properties,
      Verifier verifier,
      Tokens tokens,
      Acts acts,
      JdbcClient database,
      TransactionTemplate transaction) {
    this.properties = properties;
    this.verifier = verifier;
    this.bindings = new Bindings(properties.bindings());
    this.tokens = tokens;
    this.acts = acts;
    this.database = database;
    this.transaction = transaction;
  }

  /** Exchanges it, or says which claim stands against it. */
  Exchanged exchange(Name project, String identityToken) {
    if (bindings.isEmpty()) {
      throw new TokenRefused(
          "repository",
          "unread",
          "a repository that is bound to project '%s'".formatted(project),
          "an administrator binds repositories: fovea.registry.oidc.bindings in docs/ci.md");
    }
    var identity = verifier.verify(identityToken);
    List<Binding> bound;
    try {
      bound = bindings.of(project, identity);
    } catch (TokenRefused e) {
      // Anybody on GitHub can come this far, so it is no row of the project's audit log.
      LOG.warn("no token for project {}: {}", project, e.explanation());
      throw e;
    }
    var owner =
        new Caller(
            "ci:" + identity.build().repository(),
            project.text(),
            Set.of(Role.CI),
            Optional.of(identity.build()));
    try {
      return Callers.as(owner, () -> give(project, identity, bound, owner));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("giving a token throws no checked exception", e);
    }
  }

  private Exchanged give(Name project, Identity identity, List<Binding> bound, Caller owner) {
    try {
      Bindings.refusal(bound, identity)
          .ifPresent(refused -> {
            throw refused;
          });
      var token =
          Objects.requireNonNull(
              transaction.execute(_ -> {
                tokens.forgetEndedBuilds();
                spend(identity);
                recognise(project, identity, bound);
                var given = tokens.add(owner, properties.lifetime(), "oidc run " + identity.run());
                acts.done(project, "%s of %s".formatted(ACT, where(identity)), given.id());
                return given;
              }));
      return exchanged(project, identity, token);
    } catch (TokenRefused e) {
      transaction.executeWithoutResult(
          _ -> acts.refused(project, ACT, where(identity), e.explanation()));
      throw e;
    }
  }

  private void spend(Identity identity) {
    database
        .sql("delete from registry.oidc_exchanged where expires < now() - interval '1 hour'")
        .update();
    boolean first =
        database
                .sql(
                    "insert into registry.oidc_exchanged (issuer, jti, expires) values (?, ?, ?) on conflict do nothing")
                .params(
                    properties.issuer().toString(),
                    identity.id(),
                    identity.expires().atOffset(ZoneOffset.UTC))
                .update()
            == 1;
    if (!first) {
      throw new TokenRefused(
          "jti",
          identity.id(),
          "a token that was not exchanged before",
          "ask GitHub for a new one: each is good for one exchange");
    }
  }

  /** A name that no number was configured for means the repository that first came with it. */
  private void recognise(Name project, Identity identity, List<Binding> bound) {
    if (bound.stream().anyMatch(binding -> binding.repositoryId().isPresent())) {
      return;
    }
    var build = identity.build();
    var name = build.repository().toLowerCase(Locale.ROOT);
    database
        .sql(
            "insert into registry.oidc_repository (project, repository, repository_id) values (?, ?, ?) on conflict do nothing")
        .params(project.text(), name, build.repositoryId())
        .update();
    var known =
        database
            .sql(
                "select repository_id from registry.oidc_repository where project = ? and repository = ?")
            .params(project.text(), name)
            .query(String.class)
            .single();
    if (!known.equals(build.repositoryId())) {
      throw Bindings.notBound(project, identity);
    }
  }

  private Exchanged exchanged(Name project, Identity identity, NewToken token) {
    var build = identity.build();
    return new Exchanged(
        token.token(),
        TokenExchange.ACCESS_TOKEN,
        "Bearer",
        properties.lifetime().toSeconds(),
        token.expires(),
        project,
        build.repository(),
        build.ref(),
        build.commit());
  }

  private static String where(Identity identity) {
    var build = identity.build();
    return "%s (%s) %s at %s, run %s"
        .formatted(
            build.repository(),
            build.repositoryId(),
            build.ref(),
            build.commit().abbreviated(),
            identity.run());
  }
}
