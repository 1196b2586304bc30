package dev.fovea.dvc.remote;

import dev.fovea.kernel.Problem;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps pushes and the removal of what nobody needs apart, so that no push builds on an object that
 * is removed meanwhile. Each first says what it is about to do, and then looks whether the other
 * does its own: of two that begin at the same moment, at least one sees the other. Who was killed
 * is not waited for long: what it said counts for an hour, what a removal said for ten minutes.
 *
 * <p>A stock {@code dvc push} takes none; it is protected by the grace period alone.
 */
public final class Lease implements AutoCloseable {
  /** What is about to be done. */
  public enum Kind {
    /** A single large file may take most of an hour, in which nothing is said. */
    PUSH(Duration.ofHours(1), Duration.ofMinutes(10)),
    GC(Duration.ofMinutes(10), Duration.ofMinutes(1));

    private final Duration counts;
    private final Duration renewed;

    Kind(Duration counts, Duration renewed) {
      this.counts = counts;
      this.renewed = renewed;
    }
  }

  private final Remote remote;
  private final Kind kind;
  private final String marker;
  private final Clock clock;
  private Instant said;

  private Lease(Remote remote, Kind kind, String marker, Clock clock, Instant said) {
    this.remote = remote;
    this.kind = kind;
    this.marker = marker;
    this.clock = clock;
    this.said = said;
  }

  /**
   * Says so, unless the other is at work.
   *
   * @throws Busy when it is
   */
  public static Lease take(Remote remote, Kind kind, Clock clock) throws IOException {
    var random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    var now = clock.instant();
    var marker = "%s-%s".formatted(name(kind), random);
    remote.mark(marker, now.toString());
    var lease = new Lease(remote, kind, marker, clock, now);
    var other = kind == Kind.PUSH ? Kind.GC : Kind.PUSH;
    try {
      for (var each : remote.markers()) {
        boolean theirs = each.name().startsWith(name(other) + "-");
        if (theirs && each.counts(now.minus(other.counts))) {
          throw new Busy(remote.address(), name(other), each.text(), other.counts);
        }
      }
      return lease;
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static String name(Kind kind) {
    return switch (kind) {
      case PUSH -> "push";
      case GC -> "gc";
    };
  }

  /** Says so again, now and then; call it between the steps of long work. */
  public synchronized void renew() throws IOException {
    var now = clock.instant();
    if (now.isAfter(said.plus(kind.renewed))) {
      remote.mark(marker, now.toString());
      said = now;
    }
  }

  @Override
  public void close() throws IOException {
    remote.unmark(marker);
  }

  /** The other is at work. */
  public static final class Busy extends Problem {
    private static final long serialVersionUID = 1;

    Busy(String remote, String other, String since, Duration counts) {
      super(
          Kind.CONFLICT,
          "a %s of %s is under way, seen at %s".formatted(other, remote, since),
          "try again when it is over; one that was killed counts for %d minutes"
              .formatted(counts.toMinutes()));
    }
  }
}
