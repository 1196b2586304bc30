package dev.fovea.rollouts;

import dev.fovea.kernel.Caller;
import java.util.Optional;

/** Whose model server shows a token; asked by whoever guards the routes, in this role's process. */
public interface FrameAccess {
  /** What a model server's token begins with. */
  String PREFIX = "fms_";

  /**
   * The server behind the token: a caller with the role MODEL_SERVER alone, who sees the rollout's
   * project. Empty where the token is wrong, or its rollout is unknown or ended long ago.
   */
  Optional<Caller> caller(String token);
}
