package dev.fovea.pipelines.hook;

import dev.fovea.kernel.Problem;

/** A delivery beyond what any event needs that counts here. */
final class DeliveryTooLarge extends Problem {
  DeliveryTooLarge(int limitBytes) {
    super(
        Kind.TOO_LARGE,
        "body: more than %d bytes".formatted(limitBytes),
        "choose the events workflow_run, release or repository_dispatch at GitHub, not all of them");
  }
}
