package dev.fovea.lab.profiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Profile;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesTest {
  private static final Name DEVICE = Name.of("bench");
  private static final Digest MODEL = Digest.sha256(new byte[] {1});
  private static final Digest RAW = Digest.sha256(new byte[] {2});

  @Test
  void summarisesWhatWasMeasured() {
    var profile = profile(latencies(1000, 2.0), 1 << 20, Duration.ofSeconds(3));
    assertThat(profile.samples()).isEqualTo(1000);
    assertThat(profile.throughput()).isCloseTo(500, within(1e-9));
    assertThat(profile.latencies().p99()).isEqualTo(new Profile.Interval(2, 2, 2));
    assertThat(profile.steady()).isTrue();
    assertThat(profile.memory().bytes()).isEqualTo(1 << 20);
    assertThat(profile.digest()).isEqualTo(RAW);
  }

  @Test
  void thinsTheTraceAndKeepsItsOrder() {
    var rising = IntStream.rangeClosed(1, 1000).mapToObj(i -> i / 1000.0).toList();
    var trace = profile(rising, 0, Duration.ofSeconds(1)).trace();
    assertThat(trace).hasSizeLessThanOrEqualTo(240).isSorted().startsWith(0.001);
  }

  @Test
  void saysThatARunWhichSlowedDownWasNotSteady() {
    var slowing = new ArrayList<>(latencies(100, 1.0));
    slowing.addAll(latencies(100, 1.2));
    assertThat(profile(slowing, 0, Duration.ofSeconds(1)).steady()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {-1, 0, 0.0000001, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesALatencyThatCannotBe(double millis) {
    var latencies = new ArrayList<>(latencies(100, 1.0));
    latencies.set(41, millis);
    assertThatThrownBy(() -> profile(latencies, 0, Duration.ofSeconds(1)))
        .isInstanceOf(Implausible.class)
        .hasMessageContaining("sample 42 of 100 took " + millis + " ms");
  }

  @Test
  void refusesMoreSamplesThanWereAskedFor() {
    var assignment = new Assignment(MODEL, List.of(1L), 0, 50);
    var measured = new Measurement(latencies(60, 1.0), 0, Map.of());
    assertThatThrownBy(() ->
            Profiles.of(DEVICE, assignment, measured, RAW, Duration.ofSeconds(1), Instant.EPOCH))
        .isInstanceOf(Implausible.class)
        .hasMessageContaining("60 samples (expected: 50)");
  }

  @Test
  void refusesSamplesThatTogetherTookLongerThanTheLabWaited() {
    assertThatThrownBy(() -> profile(latencies(100, 100.0), 0, Duration.ofSeconds(1)))
        .isInstanceOf(Implausible.class)
        .hasMessageContaining("10000.0 ms one after another, within 1000.0 ms");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE})
  void refusesAMemoryGrowthThatCannotBe(long bytes) {
    assertThatThrownBy(() -> profile(latencies(50, 1.0), bytes, Duration.ofSeconds(1)))
        .isInstanceOf(Implausible.class)
        .hasMessageContaining("growth of " + bytes);
  }

  private static Profile profile(List<Double> latencies, long memory, Duration waited) {
    var assignment = new Assignment(MODEL, List.of(1L), 0, latencies.size());
    return Profiles.of(
        DEVICE,
        assignment,
        new Measurement(latencies, memory, Map.of()),
        RAW,
        waited,
        Instant.EPOCH);
  }

  private static List<Double> latencies(int count, double millis) {
    return Collections.nCopies(count, millis);
  }
}
