package dev.fovea.registry.webhooks;

import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.audit.Acts;
import dev.fovea.roles.Callers;
import dev.fovea.roles.NotAllowed;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Lets administrators alone have to do with hooks; what is done and what is refused is audited. */
@Component("webhookGuard")
final class HookGuard {
  private final Acts acts;
  private final TransactionTemplate transaction;

  HookGuard(Acts acts, TransactionTemplate transaction) {
    this.acts = acts;
    this.transaction = transaction;
  }

  /** Notes what was done, in the transaction that does it. */
  void done(Name project, String act, String object) {
    acts.done(project, act, object);
  }

  /** Refuses everybody else, and notes that it did. */
  void requireAdministrator(Name project, String act, String object) {
    var caller = Callers.current();
    if (caller.roles().contains(Role.ADMIN) || caller.roles().contains(Role.SERVICE)) {
      return;
    }
    var why = "only administrators may";
    refused(project, act, object, why);
    throw new NotAllowed(
        "'%s' may not use webhooks: %s".formatted(Text.excerpt(caller.subject()), why),
        "ask an administrator of the installation");
  }

  /** Refusals are kept, since an address that leads inside may be somebody's attempt. */
  void checked(Name project, String act, String object, Runnable checks) {
    try {
      checks.run();
    } catch (InvalidRequest problem) {
      refused(project, act, object, problem.explanation());
      throw problem;
    }
  }

  private void refused(Name project, String act, String object, String why) {
    transaction.executeWithoutResult(
        _ -> acts.refused(project, act, Text.excerpt(object), Text.excerpt(why)));
  }
}
