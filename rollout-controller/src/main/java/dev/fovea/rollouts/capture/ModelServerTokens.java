package dev.fovea.rollouts.capture;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.FrameAccess;
import dev.fovea.serving.FramesToken;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of model servers: made of a secret and a rollout's digest, so that no table holds
 * them. What a token is worth ends with its rollout.
 */
public final class ModelServerTokens implements FrameAccess {
  private static final String SUBJECT = "model-server/";

  private final Optional<FramesToken> secret;
  private final LiveRollouts rollouts;

  /**
   * @param secret empty where no server may send frames
   */
  public ModelServerTokens(Optional<FramesToken> secret, LiveRollouts rollouts) {
    this.secret = secret;
    this.rollouts = rollouts;
  }

  @Override
  public Optional<Caller> caller(String token) {
    return secret
        .flatMap(known -> known.rollout(token))
        .flatMap(rollouts::find)
        .map(LiveRollouts.Live::served)
        .map(served ->
            new Caller(
                SUBJECT + served.rollout().hex(),
                served.project().text(),
                Set.of(Role.MODEL_SERVER)));
  }

  /** Whose server calls; empty where the caller is none. */
  static Optional<Digest> rollout(Caller caller) {
    return caller.roles().equals(Set.of(Role.MODEL_SERVER)) && caller.subject().startsWith(SUBJECT)
        ? Optional.of(new Digest(caller.subject().substring(SUBJECT.length())))
        : Optional.empty();
  }
}
