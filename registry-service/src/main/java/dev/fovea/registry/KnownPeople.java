package dev.fovea.registry;

import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.NotAllowed;
import java.time.Instant;
import java.util.List;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** Whose account of the identity provider a name is. For administrators of the installation. */
@HttpExchange("/api/v1/access/people")
public interface KnownPeople {
  /** Everybody who ever signed in by the provider, those first that came last. */
  @GetExchange
  List<Person> people() throws NotAllowed;

  /** Lets a name go: the next account that comes with it has it. Rights are the provider's. */
  @DeleteExchange
  void forget(@RequestParam("name") String name) throws NoSuchThing, NotAllowed;

  /**
   * A name and its account.
   *
   * @param account the provider's own name of it
   */
  record Person(String name, String issuer, String account, Instant firstSeen, Instant lastSeen) {}
}
