package dev.fovea.lab;

import dev.fovea.kernel.Caller;
import java.util.Optional;

/** Whose agent shows a token; asked by whoever guards the routes, in the lab's own process. */
public interface AgentAccess {
  /** What an agent's token begins with. */
  String PREFIX = "fag_";

  /** The device behind the token: a caller with the role AGENT alone. Empty where it is wrong. */
  Optional<Caller> caller(String token);
}
