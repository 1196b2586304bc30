package dev.fovea.registry.login;

import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import dev.fovea.registry.KnownPeople;
import dev.fovea.registry.audit.Acts;
import dev.fovea.roles.Callers;
import dev.fovea.roles.NotAllowed;
import java.util.List;
import java.util.Objects;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;

/** Names are of the whole installation, and so are those who let them go. */
@RestController
class PeopleEndpoint implements KnownPeople {
  private final AccountNames names;
  private final Acts acts;
  private final TransactionTemplate transaction;

  PeopleEndpoint(AccountNames names, Acts acts, TransactionTemplate transaction) {
    this.names = names;
    this.acts = acts;
    this.transaction = transaction;
  }

  @Override
  public List<Person> people() {
    requireAdministrator();
    return names.all();
  }

  @Override
  public void forget(String name) {
    requireAdministrator();
    boolean known =
        Objects.requireNonNull(
            transaction.execute(_ -> {
              var found = names.forget(name);
              if (found) {
                acts.done("let a person's name go", Text.excerpt(name));
              }
              return found;
            }));
    if (!known) {
      throw new NoSuchThing("person", name, "see whom there is with 'fovea person list'");
    }
  }

  private static void requireAdministrator() {
    var caller = Callers.current();
    if (!caller.project().equals("*") || !caller.roles().contains(Role.ADMIN)) {
      throw new NotAllowed(
          "'%s' may not see who signed in: this needs the role ADMIN in every project"
              .formatted(Text.excerpt(caller.subject())),
          "ask an administrator of the installation");
    }
  }
}
