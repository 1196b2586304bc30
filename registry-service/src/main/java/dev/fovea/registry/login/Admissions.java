package dev.fovea.registry.login;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Text;
import dev.fovea.registry.audit.Acts;
import dev.fovea.roles.Callers;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps who was let in and who was not. A name and its audit row are one transaction. */
@Component
final class Admissions {
  private static final String ACT = "signed in";

  private final AccountNames names;
  private final Acts acts;
  private final TransactionTemplate transaction;

  Admissions(AccountNames names, Acts acts, TransactionTemplate transaction) {
    this.names = names;
    this.acts = acts;
    this.transaction = transaction;
  }

  /**
   * Lets the person in.
   *
   * @param account the provider's own name of them
   * @throws dev.fovea.roles.NotAllowed where their name is another account's
   */
  void admit(Caller person, URI issuer, String account) {
    transaction.executeWithoutResult(_ -> {
      names.recognise(person.subject(), issuer, account);
      Callers.run(person, () -> acts.done(ACT, what(person)));
    });
  }

  /** Keeps that somebody was refused whom the provider vouched for. */
  void refuse(String who, URI issuer, String why) {
    transaction.executeWithoutResult(_ ->
        Callers.run(
            new Caller(who, "", Set.of()), () -> acts.refused(ACT, issuer.toString(), why)));
  }

  private static String what(Caller person) {
    return Text.excerpt(
        person.projects().stream()
            .map(project ->
                "%s in %s"
                    .formatted(person.in(project).roles().stream().sorted().toList(), project))
            .collect(Collectors.joining("; ")));
  }
}
