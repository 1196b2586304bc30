package dev.fovea.registry.login;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which sign-ins by the provider still stand. Nothing is marked when the provider ends one: what it
 * said is kept beside the sign-ins, and each question compares the two. So a sign-in that was under
 * way when the provider's word came is over as soon as it is there.
 */
@Component
final class ProviderSessions {
  /**
   * Somebody who signed in.
   *
   * @param account the provider's own name of them
   * @param sid the provider's id of its session, where it says one
   * @param issued when the provider vouched for them
   * @param until when they have to sign in again
   * @param idToken what the provider takes as a sign of who asks to be signed out
   */
  record SignIn(
      URI issuer,
      String account,
      Optional<String> sid,
      String person,
      Instant issued,
      Instant until,
      Optional<String> idToken) {}

  /** No session of ours lasts longer; see {@link LoginProperties}. */
  private static final Duration LONGEST = Duration.ofDays(1).plusHours(1);

  private static final int RANDOM_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final JdbcClient database;
  private final TransactionTemplate transaction;

  ProviderSessions(JdbcClient database, TransactionTemplate transaction) {
    this.database = database;
    this.transaction = transaction;
  }

  /** Keeps a sign-in; its id. */
  String keep(SignIn signIn) {
    var random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    var id = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    transaction.executeWithoutResult(_ -> {
      database.sql("delete from registry.provider_session where until < now()").update();
      database
          .sql(
              """
              insert into registry.provider_session (id, issuer, subject, sid, person, issued, until, id_token)
              values (?, ?, ?, ?, ?, ?, ?, ?)
              """)
          .param(id)
          .param(signIn.issuer().toString())
          .param(signIn.account())
          .param(signIn.sid().orElse(null))
          .param(signIn.person())
          .param(at(signIn.issued()))
          .param(at(signIn.until()))
          .param(signIn.idToken().orElse(null))
          .update();
    });
    return id;
  }

  /** Whether this one holds: it is there, not over, and the provider has not ended it. */
  boolean stands(String id) {
    return database
        .sql(
            """
            select exists (
              select 1 from registry.provider_session s where s.id = ? and s.until > now()
              and not exists (select 1 from registry.provider_logout l where %s))
            """
                .formatted(endedBy("l")))
        .param(id)
        .query(Boolean.class)
        .single();
  }

  /** Ends this one; the ID token that was kept with it. */
  Optional<String> end(String id) {
    return database
        .sql("delete from registry.provider_session where id = ? returning coalesce(id_token, '')")
        .param(id)
        .query(String.class)
        .optional()
        .filter(token -> !token.isEmpty());
  }

  /**
   * Takes the provider's word. Within a transaction.
   *
   * @return whose sign-ins it ended that stood until then, one name for each
   * @throws dev.fovea.registry.TokenRefused where it came before
   */
  List<String> end(URI issuer, LogoutToken word) {
    database.sql("delete from registry.provider_logout where forget < now()").update();
    var standing =
        database
            .sql(
                """
                select s.person from registry.provider_session s,
                  (select cast(? as text) as issuer, cast(? as text) as subject, cast(? as text) as sid, cast(? as timestamptz) as issued) l
                where s.until > now() and %1$s
                and not exists (select 1 from registry.provider_logout before where %2$s)
                order by s.person
                """
                    .formatted(endedBy("l"), endedBy("before")))
            .param(issuer.toString())
            .param(word.account().orElse(null))
            .param(word.session().orElse(null))
            .param(at(word.issued()))
            .query((row, _) -> row.getString("person"))
            .list();
    boolean first =
        database
                .sql(
                    """
                    insert into registry.provider_logout (issuer, jti, subject, sid, issued, forget)
                    values (?, ?, ?, ?, ?, ?) on conflict do nothing
                    """)
                .param(issuer.toString())
                .param(word.id())
                .param(word.account().orElse(null))
                .param(word.session().orElse(null))
                .param(at(word.issued()))
                .param(at(word.issued().plus(LONGEST)))
                .update()
            == 1;
    if (!first) {
      throw LogoutTokens.replayed(word.id());
    }
    return standing;
  }

  /** Whether a row of the provider's words, by its name in a query, ends a sign-in {@code s}. */
  private static String endedBy(String word) {
    return """
    %1$s.issuer = s.issuer and (
      (%1$s.sid is not null and %1$s.sid = s.sid and (%1$s.subject is null or %1$s.subject = s.subject))
      or (%1$s.subject = s.subject and (%1$s.sid is null or s.sid is null) and s.issued <= %1$s.issued))
    """
        .formatted(word);
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
