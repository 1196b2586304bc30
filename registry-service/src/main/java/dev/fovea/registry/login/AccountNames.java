package dev.fovea.registry.login;

import dev.fovea.kernel.Text;
import dev.fovea.registry.KnownPeople;
import dev.fovea.roles.NotAllowed;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Whose account a name is. It is that of the first who came with it: a name that is given up at the
 * provider can be taken by somebody else, who must not be taken for the first in the audit log, in
 * approvals by two, or for the owner of tokens.
 */
@Component
final class AccountNames {
  private static final int MOST_LISTED = 1_000;

  private final JdbcClient database;

  AccountNames(JdbcClient database) {
    this.database = database;
  }

  /**
   * Keeps the account of a name that is new. Within the transaction of the sign-in.
   *
   * @param account the provider's own name of the account
   * @throws NotAllowed where the name is another account's
   */
  void recognise(String name, URI issuer, String account) {
    var key = name.toLowerCase(Locale.ROOT);
    database
        .sql(
            "insert into registry.person (name, issuer, subject) values (?, ?, ?) on conflict do nothing")
        .params(key, issuer.toString(), account)
        .update();
    boolean known =
        database
                .sql(
                    "update registry.person set last_seen = now() where name = ? and issuer = ? and subject = ?")
                .params(key, issuer.toString(), account)
                .update()
            == 1;
    if (!known) {
      throw new NotAllowed(
          "'%s' is the name of another account here, which came first"
              .formatted(Text.excerpt(name)),
          "ask an administrator of the installation: 'fovea person forget %s' lets the name go, once they know that both are you"
              .formatted(Text.excerpt(name)));
    }
  }

  /** All names, those first that came last. */
  List<KnownPeople.Person> all() {
    return database
        .sql("select * from registry.person order by last_seen desc, name limit ?")
        .param(MOST_LISTED)
        .query((row, _) ->
            new KnownPeople.Person(
                row.getString("name"),
                row.getString("issuer"),
                row.getString("subject"),
                row.getObject("first_seen", OffsetDateTime.class).toInstant(),
                row.getObject("last_seen", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** Lets a name go; whether there was one. */
  boolean forget(String name) {
    return database
            .sql("delete from registry.person where name = ?")
            .param(name.toLowerCase(Locale.ROOT))
            .update()
        == 1;
  }
}
