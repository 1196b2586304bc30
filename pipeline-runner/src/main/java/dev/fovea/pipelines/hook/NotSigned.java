package dev.fovea.pipelines.hook;

import dev.fovea.kernel.Problem;

/** A delivery that nobody who holds the secret has signed; says no more than that. */
final class NotSigned extends Problem {
  NotSigned() {
    super(
        Kind.UNAUTHENTICATED,
        "the signature is not by a secret of this hook",
        "'fovea project hook rotate' makes a new secret; enter it at GitHub");
  }
}
