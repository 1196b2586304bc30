package dev.fovea.serving.shadow;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether and how this server copies requests.
 *
 * @param token who shows it may set the target; without one there is no listener and no copy
 * @param bind the management address, which no Service and no route names; port 0 takes a free one
 * @param reach for how long a new target may be out of reach without that being held against it: an
 *     address that was just made is known to a cluster's nodes some seconds later
 */
public record ShadowSettings(
    Optional<ShadowToken> token, InetSocketAddress bind, ShadowTarget.Rules rules, Duration reach) {
  /** No copies. */
  public static final ShadowSettings NONE =
      new ShadowSettings(
          Optional.empty(),
          InetSocketAddress.createUnresolved("localhost", 0),
          ShadowTarget.Rules.allowing(List.of()),
          Duration.ZERO);
}
