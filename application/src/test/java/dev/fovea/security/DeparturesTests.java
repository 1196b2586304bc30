package dev.fovea.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeparturesTests {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private final Time time = new Time();
  private final Departures departures = new Departures(time.clock());

  @Test
  void leadsBackWithWhatItBeganWith() {
    var begun = departures.begin("/parcels/runs?q=ü");
    assertThat(departures.end(begun.cookie(), begun.state())).contains(begun);
    assertThat(begun.verifier()).as("RFC 7636: 43 to 128 of these").matches("[A-Za-z0-9_-]{43}");
    assertThat(begun.challenge()).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(begun.verifier());
    assertThat(begun.cookie())
        .doesNotContain(begun.state(), begun.nonce(), begun.verifier(), begun.challenge());
    assertThat(begun.toString()).doesNotContain(begun.cookie(), begun.state(), begun.verifier());
  }

  @Test
  void leadsBackOnceWithinTenMinutesInThisProcess() {
    var begun = departures.begin("/");
    time.at = NOW.plus(Duration.ofMinutes(10).minusSeconds(1));
    assertThat(departures.end(begun.cookie(), begun.state())).isPresent();
    assertThat(departures.end(begun.cookie(), begun.state())).as("again").isEmpty();

    time.at = NOW;
    var late = departures.begin("/");
    time.at = NOW.plus(Duration.ofMinutes(10));
    assertThat(departures.end(late.cookie(), late.state())).as("too late").isEmpty();
    time.at = NOW.minusSeconds(60);
    assertThat(departures.end(late.cookie(), late.state())).as("of the future").isEmpty();
    time.at = NOW;
    assertThat(new Departures(time.clock()).end(late.cookie(), late.state()))
        .as("of another process")
        .isEmpty();
  }

  @Test
  void whatASignInIsMadeOfFitsNoOther() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 100; i++) {
      var begun = departures.begin("/");
      assertThat(seen.add(begun.state())).isTrue();
      assertThat(seen.add(begun.nonce())).isTrue();
      assertThat(seen.add(begun.verifier())).isTrue();
    }
    var one = departures.begin("/");
    var other = departures.begin("/");
    assertThat(departures.end(one.cookie(), other.state())).isEmpty();
    assertThat(departures.end(one.cookie(), one.nonce())).isEmpty();
    assertThat(departures.end(one.cookie(), "")).isEmpty();
    assertThat(departures.end(one.cookie(), one.state())).as("still good").isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.1.L2E", "\u0000", "….…"})
  void aCookieThatWasNotMadeHereIsNone(String cookie) {
    var begun = departures.begin("/");
    assertThat(departures.end(cookie, begun.state())).isEmpty();
  }

  @Test
  void whereItLeadsIsPartOfWhatTheStateSeals() {
    var begun = departures.begin("/a");
    var parts = begun.cookie().split("\\.");
    assertThat(departures.end(parts[0] + "." + parts[1] + ".L2I", begun.state())).isEmpty();
    assertThat(
            departures.end(
                "%s.%d.%s".formatted(parts[0], NOW.getEpochSecond() + 1, parts[2]), begun.state()))
        .isEmpty();
  }

  private static final class Time {
    private Instant at = NOW;

    Clock clock() {
      return new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return at;
        }
      };
    }
  }
}
