package dev.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.roles.StateCounts;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.memory.MemoryObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Fovea's own figures: what they say, and that a failing source breaks no scrape. */
class MetricsTests {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void everyStateIsThereFromTheBeginningAndAskedForOnceAScrape() {
    var asked = new AtomicInteger();
    var counts = new AtomicReference<>(Map.of("RUNNING", 3L));
    var now = new AtomicReference<>(Instant.EPOCH);
    var clock = clock(now::get);
    var releases =
        new StateCounts(
            "fovea.releases",
            "Releases.",
            List.of("RUNNING", "FAILED"),
            () -> {
              asked.incrementAndGet();
              return counts.get();
            });
    new ServiceMetrics(List.of(), List.of(releases), clock).bindTo(registry);

    assertThat(releases("running")).isEqualTo(3);
    assertThat(releases("failed")).isZero();
    assertThat(asked).hasValue(1);
    counts.set(Map.of("FAILED", 1L));
    now.set(Instant.EPOCH.plus(ServiceMetrics.KEPT).plusMillis(1));
    assertThat(releases("running")).isZero();
    assertThat(releases("failed")).isEqualTo(1);
    assertThat(asked).hasValue(2);
  }

  @Test
  void whatCannotBeAskedIsNotANumberAndIsAskedAgainLater() {
    var now = new AtomicReference<>(Instant.EPOCH);
    var asked = new AtomicInteger();
    var kept =
        new Kept<>(
            () -> {
              if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("the database is down");
              }
              return 7;
            },
            Duration.ofSeconds(5),
            clock(now::get));
    assertThat(kept.read(Integer::doubleValue)).isNaN();
    assertThat(kept.read(Integer::doubleValue)).isNaN();
    assertThat(asked).as("while it is down, once in five seconds").hasValue(1);
    now.set(Instant.EPOCH.plusSeconds(6));
    assertThat(kept.read(Integer::doubleValue)).isEqualTo(7);
  }

  @Test
  void bytesInAndOutAndFailuresAreCounted() throws IOException {
    var store = new MeteredObjectStore(new MemoryObjectStore(), registry);
    var digest = store.put(new byte[1_000]);
    assertThat(store.bytes(digest, 1_000)).hasSize(1_000);
    try (var local = store.local(digest)) {
      assertThat(local.path()).hasSize(1_000);
    }
    var missing = Digest.sha256(new byte[] {1});
    assertThatThrownBy(() -> store.size(missing)).isInstanceOf(NoSuchObject.class);
    var broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("gone");
          }
        };
    assertThatThrownBy(() -> store.put(broken)).hasMessage("gone");

    assertThat(registry.get("fovea.objects.written").counter().count()).isEqualTo(1_000);
    assertThat(registry.get("fovea.objects.read").counter().count()).isEqualTo(2_000);
    assertThat(registry.get("fovea.objects.failures").counter().count()).isEqualTo(1);
  }

  private double releases(String state) {
    return registry.get("fovea.releases").tag("state", state).gauge().value();
  }

  private static Clock clock(InstantSource source) {
    return source.withZone(ZoneOffset.UTC);
  }
}
