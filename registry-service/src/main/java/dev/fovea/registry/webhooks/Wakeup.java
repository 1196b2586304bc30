package dev.fovea.registry.webhooks;

import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Work;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Has a hook's deliveries looked at: one piece of work a hook, however much waits for it, so that a
 * dead receiver's ten thousand deliveries are one row of the queue.
 */
@Component("webhookWakeup")
class Wakeup {
  /** Which hook. */
  record Ring(String webhook) {}

  private final Queue queue;
  private final Work<Ring> work;

  Wakeup(@Qualifier("registryQueue") Queue queue, @Qualifier("webhookWork") Work<Ring> work) {
    this.queue = queue;
    this.work = work;
  }

  /** In the caller's transaction, after it. */
  void soon(String webhook) {
    later(webhook, Duration.ZERO);
  }

  /** The same after a pause. */
  void later(String webhook, Duration pause) {
    queue.enqueue(work, webhook, new Ring(webhook), pause);
  }
}
