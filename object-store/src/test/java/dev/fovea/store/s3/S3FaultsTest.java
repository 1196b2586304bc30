package dev.fovea.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectDamaged;
import dev.fovea.store.PartGone;
import dev.fovea.store.PartKey;
import dev.fovea.store.StoreUnavailable;
import dev.fovea.store.s3.FakeS3.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/**
 * F15, F16, F18 of docs/scorecard.md: a store that is slow, busy, cuts off, forgets or lies. Each
 * test has a store of its own, and most of their time is waiting.
 */
@Execution(ExecutionMode.CONCURRENT)
class S3FaultsTest {
  private static final String BUCKET = "bucket";
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  private FakeS3 fake;
  private S3ObjectStore store;

  @BeforeEach
  void open() throws IOException {
    fake = new FakeS3();
    fake.objects.put("/" + BUCKET, new byte[0]);
    store = store(DataSize.ofGigabytes(5), Duration.ofMillis(700));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    fake.close();
  }

  private S3ObjectStore store(DataSize largestPut, Duration patience) {
    return new S3ObjectStore(
        new S3Properties(
            fake.uri(), BUCKET, "r", "key", "secret", "fovea/", true, largestPut, patience, null));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"SLOW_DOWN", "TOO_MANY_REQUESTS", "DROPPED", "ANSWER_LOST", "HANGS", "OPAQUE_ETAG"})
  void aWriteIsRepeatedUntilItIsThereOnce(Fault fault) throws IOException {
    fake.next("PUT", fault);
    var digest = store.put(CONTENT);
    assertThat(store.bytes(digest, CONTENT.length)).isEqualTo(CONTENT);
    assertThat(fake.objects).as("the bucket and one object").hasSize(2);
    assertThat(fake.asked("PUT")).isEqualTo(fault == Fault.OPAQUE_ETAG ? 1 : 2);
  }

  @ParameterizedTest
  @EnumSource(names = {"SLOW_DOWN", "DROPPED", "ANSWER_LOST", "HANGS"})
  void anObjectInPartsIsThereWholeOrNotAtAll(Fault fault) throws IOException {
    var large = new byte[11 << 20];
    new Random(2).nextBytes(large);
    // More patient, since others hash beside it: only what hangs waits as long.
    try (var inParts = store(DataSize.ofMegabytes(5), Duration.ofSeconds(2))) {
      fake.next("PUT", Fault.OPAQUE_ETAG, fault);
      var digest = inParts.put(large);
      assertThat(inParts.bytes(digest, large.length)).isEqualTo(large);
      fake.objects.keySet().removeIf(key -> key.contains("sha256"));
      // Enough for every try, and for OkHttp's own second one where a connection breaks.
      fake.next("POST", Collections.nCopies(8, fault).toArray(Fault[]::new));
      if (fault != Fault.ANSWER_LOST) {
        assertThatThrownBy(() -> inParts.put(large)).isInstanceOf(StoreUnavailable.class);
        assertThat(fake.objects).as("nothing but the bucket").hasSize(1);
      }
    }
  }

  @Test
  void aReadGoesOnWhereItBroke() throws IOException {
    var digest = store.put(CONTENT);
    int before = fake.asked("GET");
    fake.next("GET", Fault.CUT_OFF, Fault.CUT_OFF, Fault.CUT_OFF);
    assertThat(store.bytes(digest, CONTENT.length)).isEqualTo(CONTENT);
    assertThat(fake.asked("GET") - before).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(names = {"TRUNCATED", "FLIPPED"})
  void wrongBytesAreRefusedAndReplacedByTheNextWrite(Fault fault) throws IOException {
    var digest = store.put(CONTENT);
    fake.next("GET", fault);
    assertThatThrownBy(() -> store.bytes(digest, CONTENT.length)).isInstanceOf(ObjectDamaged.class);
    store.put(CONTENT);
    assertThat(store.bytes(digest, CONTENT.length)).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "HEAD", "GET"})
  void aBusyStoreIsGivenUpAfterAFewTries(String method) throws IOException {
    var digest = store.put(CONTENT);
    fake.objects.keySet().removeIf(key -> method.equals("PUT") && key.contains("sha256"));
    int before = fake.asked(method);
    fake.next(method, Fault.SLOW_DOWN, Fault.SLOW_DOWN, Fault.SLOW_DOWN, Fault.SLOW_DOWN);
    assertThatThrownBy(
            () -> {
              store.put(CONTENT);
              store.bytes(digest, CONTENT.length);
            })
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("answered 503")
        .hasMessageNotContaining("internal text");
    assertThat(fake.asked(method) - before).isBetween(4, 5);
  }

  @Test
  void aBusyStoreIsLeftAloneAsLongAsItAsks() throws IOException {
    fake.next("PUT", Fault.SLOW_DOWN_A_SECOND);
    long begun = System.nanoTime();
    store.put(CONTENT);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(fake.asked("PUT")).isEqualTo(2);

    fake.next("PUT", Fault.SLOW_DOWN_AN_HOUR);
    assertThatThrownBy(() -> store.put(new byte[] {1}))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("answered 503")
        .hasMessageContaining("asked once")
        .hasMessageContaining("it wants to be asked in 3600 s");
    assertThat(fake.asked("PUT")).isEqualTo(3);
  }

  @Test
  void aPartIsSentUntilItIsThereReadWhereItBrokeAndRefusedWithOtherBytes() throws IOException {
    var transfers = store.transfers();
    var key = new PartKey("a".repeat(32), 1);
    fake.next("PUT", Fault.SLOW_DOWN, Fault.ANSWER_LOST);
    var tag = transfers.put(key, new ByteArrayInputStream(CONTENT));
    fake.next("GET", Fault.CUT_OFF, Fault.DROPPED, Fault.CUT_OFF);
    try (var in = transfers.open(key, tag)) {
      assertThat(in.readAllBytes()).isEqualTo(CONTENT);
    }
    for (var wrong : List.of(Fault.FLIPPED, Fault.TRUNCATED)) {
      fake.next("GET", wrong);
      try (var in = transfers.open(key, tag)) {
        assertThatThrownBy(in::readAllBytes).isInstanceOf(PartGone.class);
      }
    }
    fake.next("DELETE", Fault.SLOW_DOWN, Fault.ANSWER_LOST);
    transfers.delete(key.upload(), 1);
    assertThat(fake.objects).as("nothing but the bucket").hasSize(1);
  }

  @Test
  void whatIsForbiddenIsNotTriedAgain() {
    fake.next("PUT", Fault.FORBIDDEN);
    assertThatThrownBy(() -> store.put(CONTENT))
        .isInstanceOfSatisfying(
            StoreUnavailable.class, problem -> assertThat(problem.remedy()).contains("access-key"));
    assertThat(fake.asked("PUT")).isEqualTo(1);
  }

  @Test
  void aSilentStoreBlocksNobodyElse() throws Exception {
    var other = store.put(new byte[] {1});
    fake.next("GET", Fault.HANGS, Fault.HANGS);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stuck = threads.submit(() -> store.bytes(other, 1));
      assertThat(store.exists(Digest.sha256(CONTENT))).isFalse();
      assertThat(stuck.get()).as("answered by the third try").isEqualTo(new byte[] {1});
    }
  }
}
