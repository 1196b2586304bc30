package dev.fovea.pipelines.status;

import dev.fovea.kernel.Audited;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings the statuses of one commit to its host, in the order of the gates. What is sent is what is
 * true when it is sent, so a try that comes late says nothing old, and one that comes twice says
 * the same twice.
 */
final class StatusRounds {
  private static final Logger LOG = LoggerFactory.getLogger(StatusRounds.class);

  /** Far fewer than the queue's threads: releases need them. */
  private static final int AT_ONCE = 4;

  private static final Duration BUSY = Duration.ofSeconds(1);

  /** The queue lets what waits wait on, so no pause is longer than news may take. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private static final Duration TURN = Duration.ofSeconds(20);
  private static final int TREBLE = 3;

  private final List<Place> places;
  private final StatusProperties properties;
  private final StatusRows rows;
  private final Standings standings;
  private final GitHost host;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;
  private final BiConsumer<Due, Duration> later;
  private final Semaphore seats = new Semaphore(AT_ONCE);
  private final Map<String, Instant> resting = new ConcurrentHashMap<>();

  /**
   * @param events where events go; called in a transaction
   * @param later has a commit looked at again after a pause; called in a transaction
   */
  StatusRounds(
      List<Place> places,
      StatusProperties properties,
      StatusRows rows,
      Standings standings,
      GitHost host,
      TransactionTemplate transactions,
      Consumer<Object> events,
      BiConsumer<Due, Duration> later) {
    this.places = places;
    this.properties = properties;
    this.rows = rows;
    this.standings = standings;
    this.host = host;
    this.transactions = transactions;
    this.events = events;
    this.later = later;
  }

  /** Sends what is due of a commit, and has itself called again for the rest. */
  void round(Due due) {
    var place =
        places.stream()
            .filter(each ->
                each.project().equals(due.project()) && each.name().equals(due.repository()))
            .findFirst();
    if (place.isEmpty()) {
      LOG.info("{} is told nothing any more: {} is not configured", due.id(), due.repository());
      return;
    }
    if (!seats.tryAcquire()) {
      later(due, BUSY);
      return;
    }
    try {
      want(place.get(), due);
      send(place.get(), due);
    } finally {
      seats.release();
    }
    rows.untilNext(due)
        .map(pause -> longer(pause, restOf(place.get())))
        .ifPresent(pause -> later(due, pause.compareTo(LOOK_AGAIN) < 0 ? pause : LOOK_AGAIN));
  }

  private void want(Place place, Due due) {
    rows.newest(due, place.id())
        .flatMap(release -> standings.of(due.project(), release))
        .ifPresent(standing -> {
          var wanted = Wording.of(standing, place.context(), properties.pages());
          transactions.executeWithoutResult(
              _ -> rows.want(due, standing.release().digest(), wanted));
        });
  }

  private void send(Place place, Due due) {
    var end = System.nanoTime() + TURN.toNanos();
    for (var waiting : rows.waiting(due)) {
      if (System.nanoTime() > end || restOf(place).isPositive()) {
        return;
      }
      switch (host.tell(place, due.commit(), waiting.wanted())) {
        case Told.Taken(int answered) ->
            transactions.executeWithoutResult(_ -> rows.sent(due, waiting, answered));
        case Told.Refused(int answered, var why) ->
            transactions.executeWithoutResult(_ -> {
              rows.refused(due, waiting, answered, why);
              LOG.warn("{} is not told of '{}': {}", due.id(), waiting.wanted().context(), why);
              audit(due, waiting, why);
            });
        case Told.Failed failed -> {
          failed(place, due, waiting, failed);
          return;
        }
      }
    }
  }

  private void failed(Place place, Due due, StatusRows.Waiting waiting, Told.Failed failed) {
    failed.rest().ifPresent(rest -> resting.put(key(place), Instant.now().plus(rest)));
    var pause = longer(pause(waiting.tries() + 1), failed.rest().orElse(Duration.ZERO));
    transactions.executeWithoutResult(_ -> {
      int lost = rows.failed(due, failed.answered(), failed.why(), pause, properties.tries());
      if (lost > 0) {
        LOG.warn("{}: {} statuses are given up: {}", due.id(), lost, failed.why());
      } else {
        LOG.warn("{} is told again in {} s: {}", due.id(), pause.toMillis() / 1000.0, failed.why());
      }
      if (failed.misconfigured() || lost > 0) {
        audit(due, waiting, failed.why());
      }
    });
  }

  /** Once a release and reason: the registry knows an act by its id. */
  private void audit(Due due, StatusRows.Waiting waiting, String why) {
    var id = "%s %s %s".formatted(due.id(), waiting.release(), why);
    events.accept(
        new Audited(
            UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)),
            due.project().text(),
            "fovea/pipelines",
            "told %s at %s of its gates".formatted(due.repository(), due.commit().abbreviated()),
            waiting.release().toString(),
            "refused: " + why,
            Clock.systemUTC().instant()));
  }

  /** Trebles with each try, shortened by chance to a half at most. */
  private Duration pause(int tries) {
    double longest =
        Math.min(
            properties.firstRetry().toMillis() * Math.pow(TREBLE, tries - 1.0),
            (double) properties.longestRetry().toMillis());
    long most = Math.max((long) longest, 1);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }

  /** A host's wish to be left alone counts for all that one token writes. */
  private Duration restOf(Place place) {
    return Optional.ofNullable(resting.get(key(place)))
        .map(until -> Duration.between(Instant.now(), until))
        .filter(Duration::isPositive)
        .orElse(Duration.ZERO);
  }

  private static String key(Place place) {
    return place.api() + " " + place.token();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private void later(Due due, Duration pause) {
    transactions.executeWithoutResult(_ -> later.accept(due, pause));
  }
}
