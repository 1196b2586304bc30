package dev.fovea.kernel;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before a server is asked again that is busy or away: pauses that double, each
 * shortened by chance, so that many callers do not come back at one moment. Where the server says
 * how long it wants to be left alone, all who share this wait so long at least. Many threads may
 * share one.
 */
public final class Backoff {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  /** How a thread waits. */
  interface Sleep {
    void of(Duration time) throws InterruptedException;
  }

  private final int times;
  private final Duration first;
  private final Duration most;
  private final InstantSource clock;
  private final Sleep sleep;
  private volatile Instant notBefore = Instant.MIN;

  /**
   * @param times how often it is asked, at least 1
   * @param first the longest that the first pause may be
   * @param most after this time it is not asked again
   */
  public Backoff(int times, Duration first, Duration most) {
    this(times, first, most, InstantSource.system(), Thread::sleep);
  }

  Backoff(int times, Duration first, Duration most, InstantSource clock, Sleep sleep) {
    this.times = times;
    this.first = first;
    this.most = most;
    this.clock = clock;
    this.sleep = sleep;
  }

  /**
   * Heard from the server.
   *
   * @param status of the answer; only 429 and 503 ask to be left alone, and any other says that the
   *     server has time again
   * @param retryAfter the header {@code Retry-After}: seconds or a date (RFC 9110, 10.2.3)
   */
  public void heard(int status, @Nullable String retryAfter) {
    boolean busy = status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
    notBefore = busy && retryAfter != null ? moment(retryAfter.strip()) : Instant.MIN;
  }

  private Instant moment(String retryAfter) {
    if (SECONDS.matcher(retryAfter).matches()) {
      return clock.instant().plusSeconds(Long.parseLong(retryAfter));
    }
    try {
      return ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException _) {
      return Instant.MIN;
    }
  }

  /** Begins to ask for one thing. */
  public Asking asking() {
    return new Asking();
  }

  /** One thing that is asked for until it is answered, by one thread. */
  public final class Asking {
    private final Instant begun = clock.instant();
    private int asked = 1;

    private Asking() {}

    /**
     * Waits until it may be asked for again.
     *
     * @return false where it should be given up; then nothing was waited for
     */
    public boolean again() throws InterruptedException {
      if (asked >= times) {
        return false;
      }
      long longest = first.toMillis() << Math.min(asked - 1, 20);
      long pause = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
      var wanted = wanted();
      if (wanted.isPositive()) {
        // Behind what it wants, and not all at once.
        pause = wanted.toMillis() + 1 + pause / 2;
      }
      if (Duration.between(begun, clock.instant()).plusMillis(pause).compareTo(most) > 0) {
        return false;
      }
      sleep.of(Duration.ofMillis(pause));
      asked++;
      return true;
    }

    private Duration wanted() {
      var now = clock.instant();
      return notBefore.isAfter(now) ? Duration.between(now, notBefore) : Duration.ZERO;
    }

    /** What was tried, for people: {@code asked 3 times in 2 s}. */
    public String account() {
      var wanted = wanted().plusMillis(999).toSeconds();
      return "asked %s in %d s%s"
          .formatted(
              asked == 1 ? "once" : asked + " times",
              Duration.between(begun, clock.instant()).toSeconds(),
              wanted > 0 ? ", it wants to be asked in %d s".formatted(wanted) : "");
    }
  }
}
