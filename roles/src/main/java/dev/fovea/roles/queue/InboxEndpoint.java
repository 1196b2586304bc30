package dev.fovea.roles.queue;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import dev.fovea.roles.Callers;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.ServiceRole;
import java.util.Arrays;
import org.springframework.web.bind.annotation.RestController;

/** Takes events from other processes. */
@RestController
class InboxEndpoint implements Inbox {
  private final Deliveries deliveries;

  InboxEndpoint(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  @Override
  public void deliver(String role, String event, String json) {
    var caller = Callers.current();
    if (!caller.roles().contains(Caller.Role.SERVICE)) {
      throw new NotAllowed(
          "%s may not deliver events".formatted(caller.subject()),
          "nobody but Fovea's own processes delivers events");
    }
    var receiver =
        Arrays.stream(ServiceRole.values())
            .filter(known -> known.id().equals(role))
            .findFirst()
            .orElseThrow(() ->
                new InvalidRequest(
                    "role: '%s' (expected: one of %s)"
                        .formatted(Text.excerpt(role), Arrays.toString(ServiceRole.values())),
                    "run the same version of Fovea in all processes"));
    try {
      deliveries.handle(new Deliveries.Delivery(receiver, event, json));
    } catch (Problem e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("an event of %s isn't handled".formatted(receiver.id()), e);
    }
  }
}
