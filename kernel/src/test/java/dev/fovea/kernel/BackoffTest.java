package dev.fovea.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a clock that goes on only while somebody waits. */
class BackoffTest {
  private static final Instant BEGUN = Instant.parse("2026-11-27T12:00:00Z");
  private Instant now = BEGUN;
  private final List<Duration> waited = new ArrayList<>();

  private Backoff backoff(int times, Duration most) {
    return new Backoff(
        times,
        Duration.ofMillis(400),
        most,
        () -> now,
        time -> {
          waited.add(time);
          now = now.plus(time);
        });
  }

  @Test
  void doublesItsPausesAndShortensEachByChance() throws Exception {
    var seen = new HashSet<Duration>();
    for (int turn = 0; turn < 50; turn++) {
      waited.clear();
      var asking = backoff(7, Duration.ofHours(1)).asking();
      while (asking.again()) {
        assertThat(asking.account()).startsWith("asked ");
      }
      assertThat(waited).hasSize(6);
      for (int i = 0; i < waited.size(); i++) {
        assertThat(waited.get(i).toMillis()).isBetween(200L << i, 400L << i);
      }
      seen.add(waited.getFirst());
      assertThat(asking.account()).startsWith("asked 7 times in ");
    }
    assertThat(seen).as("first pauses of 50").hasSizeGreaterThan(10);
  }

  @Test
  void asksNoMoreWhenItHasTakenTooLong() throws Exception {
    var asking = backoff(100, Duration.ofSeconds(10)).asking();
    int times = 1;
    while (asking.again()) {
      times++;
    }
    assertThat(times).isBetween(5, 7);
    assertThat(now).isBefore(BEGUN.plusSeconds(10));

    var silent = backoff(100, Duration.ofSeconds(10)).asking();
    now = now.plusSeconds(10); // in which there was no answer
    assertThat(silent.again()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", " 7 ", "Fri, 27 Nov 2026 12:00:07 GMT"})
  void leavesTheServerAloneAsLongAsItWants(String retryAfter) throws Exception {
    var backoff = backoff(7, Duration.ofMinutes(1));
    var one = backoff.asking();
    backoff.heard(503, retryAfter);
    assertThat(one.again()).isTrue();
    assertThat(waited.getFirst()).isBetween(Duration.ofSeconds(7), Duration.ofMillis(7201));
  }

  @Test
  void leavesItAloneForAllWhoShareIt() throws Exception {
    var backoff = backoff(7, Duration.ofMinutes(1));
    var other = backoff.asking();
    backoff.heard(429, "5");
    assertThat(other.again()).isTrue();
    assertThat(waited.getFirst()).isGreaterThan(Duration.ofSeconds(5));

    backoff.heard(503, "5");
    backoff.heard(200, null);
    assertThat(other.again()).isTrue();
    assertThat(waited.getLast()).as("it has time again").isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void givesUpAtOnceWhereItWouldWaitTooLong() throws Exception {
    var backoff = backoff(7, Duration.ofMinutes(1));
    var asking = backoff.asking();
    backoff.heard(503, "3600");

    assertThat(asking.again()).isFalse();
    assertThat(waited).isEmpty();
    assertThat(asking.account()).isEqualTo("asked once in 0 s, it wants to be asked in 3600 s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "soon", "99999999999999999999", "1e3", "Fri, 27 Nov 2020 12:00:00 GMT"})
  void takesNoNoticeOfWhatIsNoTime(String retryAfter) throws Exception {
    var backoff = backoff(7, Duration.ofMinutes(1));
    var asking = backoff.asking();
    backoff.heard(503, retryAfter);

    assertThat(asking.again()).isTrue();
    assertThat(waited.getFirst()).isLessThanOrEqualTo(Duration.ofMillis(400));
  }
}
