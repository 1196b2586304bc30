package dev.fovea.registry.webhooks;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.registry.webhooks.outbound.Answer;
import dev.fovea.registry.webhooks.outbound.Post;
import dev.fovea.registry.webhooks.outbound.Reach;
import dev.fovea.registry.webhooks.outbound.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings deliveries to one hook at a time. Each is tried under the same id until its receiver takes
 * it or it is given up; a receiver that failed three times in a row is left alone for growing
 * pauses, in which one delivery at a time asks whether it is back.
 */
@Component("webhookCourier")
class Courier {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /** Fewer than the queue's threads, so that other work goes on. */
  private static final int AT_ONCE = 8;

  /** Of those, as many may be with receivers that failed last. */
  private static final int DOUBTFUL_AT_ONCE = 4;

  private static final Duration BUSY = Duration.ofSeconds(1);

  /** The queue lets what waits wait on, so no pause is longer than new deliveries may take. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private static final Duration TURN = Duration.ofSeconds(5);
  private static final int PATIENT_WITH = 3;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final int TREBLE = 3;

  private final HookRows hooks;
  private final DeliveryRows deliveries;
  private final Secrets secrets;
  private final Wakeup wakeup;
  private final Reach reach;
  private final Post post;
  private final WebhookProperties properties;
  private final TransactionTemplate transaction;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Semaphore doubtful = new Semaphore(DOUBTFUL_AT_ONCE);

  Courier(
      HookRows hooks,
      DeliveryRows deliveries,
      Secrets secrets,
      Wakeup wakeup,
      Reach reach,
      Post post,
      WebhookProperties properties,
      TransactionTemplate transaction) {
    this.hooks = hooks;
    this.deliveries = deliveries;
    this.secrets = secrets;
    this.wakeup = wakeup;
    this.reach = reach;
    this.post = post;
    this.properties = properties;
    this.transaction = transaction;
  }

  /** Sends what is due to a hook, for some seconds, and has itself called again for the rest. */
  void round(String webhook) {
    var found = hooks.find(webhook).filter(Hook::active);
    if (found.isEmpty()) {
      return;
    }
    var doubts = found.get().failures() > 0;
    if (!places.tryAcquire()) {
      later(webhook, BUSY);
      return;
    }
    try {
      if (doubts && !doubtful.tryAcquire()) {
        later(webhook, BUSY);
        return;
      }
      try {
        deliveries.sweep(webhook, properties.keep());
        hooks.forgetOld(webhook);
        deliver(webhook);
      } finally {
        if (doubts) {
          doubtful.release();
        }
      }
    } finally {
      places.release();
    }
    var next = deliveries.untilNext(webhook).map(pause -> longer(pause, restOf(webhook)));
    next.ifPresent(pause -> later(webhook, pause.compareTo(LOOK_AGAIN) < 0 ? pause : LOOK_AGAIN));
  }

  private void deliver(String webhook) {
    var end = System.nanoTime() + TURN.toNanos();
    while (System.nanoTime() < end) {
      // Read anew each time: it may have been changed, turned off or paused.
      var hook = hooks.find(webhook).filter(Hook::active).filter(Courier::isNotPaused);
      var due = hook.flatMap(open -> deliveries.take(open.id()));
      if (hook.isEmpty() || due.isEmpty()) {
        return;
      }
      var answer = send(hook.get(), due.get().id(), due.get().body());
      transaction.executeWithoutResult(_ -> note(hook.get(), due.get(), answer));
      if (!answer.isTaken() && hook.get().failures() > 0) {
        // It failed before: its turn ends, for others wait who may be well.
        return;
      }
    }
  }

  /** Signs it for this moment and sends it. */
  Answer send(Hook hook, String id, byte[] body) {
    try {
      var known = secrets.open(hook);
      var target = Target.parse(hook.url(), reach);
      return post.send(
          target, SigningSecret.headers(known, id, Instant.now().getEpochSecond(), body), body);
    } catch (InvalidRequest e) {
      return new Answer.Nothing("not sent: %s; %s".formatted(e.explanation(), e.remedy()));
    }
  }

  private void note(Hook hook, DeliveryRows.Due due, Answer answer) {
    if (answer.isTaken()) {
      deliveries.taken(due.id(), answer);
      hooks.works(hook.id());
      return;
    }
    if (due.tries() >= properties.tries()) {
      deliveries.givenUp(due.id(), answer);
      LOG.warn(
          "delivery {} to webhook {} is given up after {} tries: {}",
          due.id(),
          hook.id(),
          due.tries(),
          answer.words());
    } else {
      deliveries.failed(due.id(), answer, pause(due.tries(), answer));
    }
    hooks.fails(hook.id(), restAfter(hook.failures() + 1));
  }

  /** Trebles with each try, shortened by chance to a half at most; as long as the receiver asks. */
  private Duration pause(int tries, Answer answer) {
    double longest =
        Math.min(
            properties.firstRetry().toMillis() * Math.pow(TREBLE, tries - 1.0),
            (double) properties.longestRetry().toMillis());
    var pause = shortened(Duration.ofMillis((long) longest));
    return answer instanceof Answer.Status(_, var wanted)
        ? wanted.filter(asked -> asked.compareTo(pause) > 0).orElse(pause)
        : pause;
  }

  private Optional<Duration> restAfter(int failures) {
    if (failures < PATIENT_WITH) {
      return Optional.empty();
    }
    double longest =
        Math.min(
            properties.firstRetry().toMillis() * Math.pow(2, Math.min(failures - PATIENT_WITH, 20)),
            (double) LONGEST_PAUSE.toMillis());
    return Optional.of(shortened(Duration.ofMillis((long) longest)));
  }

  private static Duration shortened(Duration longest) {
    long most = Math.max(longest.toMillis(), 1);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }

  private Duration restOf(String webhook) {
    return hooks
        .find(webhook)
        .flatMap(Hook::pausedUntil)
        .map(until -> Duration.between(Instant.now(), until))
        .orElse(Duration.ZERO);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static boolean isNotPaused(Hook hook) {
    return hook.pausedUntil().filter(Instant.now()::isBefore).isEmpty();
  }

  private void later(String webhook, Duration pause) {
    transaction.executeWithoutResult(_ -> wakeup.later(webhook, pause));
  }
}
