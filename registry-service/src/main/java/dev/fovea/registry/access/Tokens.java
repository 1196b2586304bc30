package dev.fovea.registry.access;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.GitCommit;
import dev.fovea.registry.Access.NewToken;
import dev.fovea.registry.Access.Token;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of tokens; what is stored of a secret is its hash. */
@Component
public final class Tokens {
  private static final int MOST_LISTED = 1_000;

  private final JdbcClient database;

  Tokens(JdbcClient database) {
    this.database = database;
  }

  /** Writes a new token for this caller, whose roles are the same in all of its projects. */
  public NewToken add(Caller owner, Duration lifetime, String issuedBy) {
    var secret = Secret.random();
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var expires = now.plus(lifetime);
    database
        .sql(
            """
            insert into registry.token (id, secret_sha256, subject, project, roles, created, expires, issued_by,
              repository, repository_id, ref, commit, others, scopes)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        .params(
            secret.id(),
            secret.hash(),
            owner.subject(),
            owner.project(),
            names(owner.roles()),
            now.atOffset(ZoneOffset.UTC),
            expires.atOffset(ZoneOffset.UTC),
            issuedBy)
        .param(owner.build().map(Caller.Build::repository).orElse(null))
        .param(owner.build().map(Caller.Build::repositoryId).orElse(null))
        .param(owner.build().map(Caller.Build::ref).orElse(null))
        .param(owner.build().map(build -> build.commit().sha()).orElse(null))
        .param(owner.elsewhere().keySet().toArray(String[]::new))
        .param(names(owner.scopes()))
        .update();
    return new NewToken(secret.id(), secret.written(), expires);
  }

  /**
   * Whose token this is. The database's clock decides whether it has expired, so that all processes
   * agree.
   */
  Optional<Caller> owner(String presented) {
    return Secret.parse(presented)
        .flatMap(secret ->
            database
                .sql(
                    """
                    select * from registry.token where id = ? and revoked is null and expires > now()
                    """)
                .param(secret.id())
                .query(
                    (row, _) -> new Stored(row.getBytes("secret_sha256"), token(row), build(row)))
                .optional()
                .filter(stored -> secret.fits(stored.hash())))
        .map(stored -> caller(stored.token(), stored.build()));
  }

  /**
   * Those of CI builds come by the hundred and end within minutes; the audit log remembers them.
   */
  public void forgetEndedBuilds() {
    database
        .sql(
            "delete from registry.token where commit is not null and expires < now() - interval '1 day'")
        .update();
  }

  /** Those that are not revoked, newest first; of CI builds those that have not ended. */
  List<Token> all() {
    return database
        .sql(
            """
            select * from registry.token where revoked is null and (commit is null or expires > now())
            order by created desc, id limit ?
            """)
        .param(MOST_LISTED)
        .query((row, _) -> token(row))
        .list();
  }

  /** One that is not revoked. */
  Optional<Token> find(String id) {
    return database
        .sql("select * from registry.token where id = ? and revoked is null")
        .param(id)
        .query((row, _) -> token(row))
        .optional();
  }

  void revoke(String id) {
    database
        .sql("update registry.token set revoked = now() where id = ? and revoked is null")
        .param(id)
        .update();
  }

  private static Caller caller(Token token, Optional<Caller.Build> build) {
    var elsewhere =
        token.others().stream().collect(Collectors.toMap(name -> name, _ -> token.roles()));
    return new Caller(
        token.subject(), token.project(), token.roles(), build, elsewhere, token.scopes());
  }

  private static Token token(ResultSet row) throws SQLException {
    return new Token(
        row.getString("id"),
        row.getString("subject"),
        row.getString("project"),
        values(row, "roles", Caller.Role::valueOf),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getObject("expires", OffsetDateTime.class).toInstant(),
        values(row, "others", name -> name),
        values(row, "scopes", Caller.Scope::valueOf),
        row.getString("issued_by"));
  }

  private static String[] names(Set<? extends Enum<?>> values) {
    return values.stream().map(Enum::name).sorted().toArray(String[]::new);
  }

  private static <E> Set<E> values(ResultSet row, String column, Function<String, E> named)
      throws SQLException {
    return Arrays.stream((String[]) row.getArray(column).getArray())
        .map(named)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Optional<Caller.Build> build(ResultSet row) throws SQLException {
    var commit = row.getString("commit");
    return commit == null
        ? Optional.empty()
        : Optional.of(
            new Caller.Build(
                row.getString("repository"),
                row.getString("repository_id"),
                row.getString("ref"),
                GitCommit.of(commit)));
  }

  /** A row with what only this class may see. */
  private record Stored(byte[] hash, Token token, Optional<Caller.Build> build) {}
}
