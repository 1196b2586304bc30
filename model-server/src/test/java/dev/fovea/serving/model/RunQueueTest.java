package dev.fovea.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.serving.protocol.ProtocolError;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunQueueTest {
  @Test
  void refusesWhenTheLineIsFull() throws Exception {
    var release = new CountDownLatch(1);
    try (var queue = new RunQueue("m", 1, 1, Duration.ofSeconds(30));
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new CountDownLatch(1);
      var first =
          clients.submit(() ->
              queue.run(() -> {
                running.countDown();
                release.await();
                return "first";
              }));
      running.await();
      var second = clients.submit(() -> queue.run(() -> "second"));
      while (queue.waiting() == 0) {
        Thread.onSpinWait();
      }

      assertThatThrownBy(() -> queue.run(() -> "third"))
          .isInstanceOfSatisfying(
              ProtocolError.class,
              e -> {
                assertThat(e.status()).isEqualTo(503);
                assertThat(e.retrySeconds()).isPositive();
              });
      release.countDown();
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("first");
      assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("second");
    }
  }

  @Test
  void givesUpWaitingAfterItsPatience() throws Exception {
    var release = new CountDownLatch(1);
    var running = new CountDownLatch(1);
    try (var queue = new RunQueue("m", 1, 4, Duration.ofMillis(50));
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var first =
          clients.submit(() -> {
            try {
              return queue.run(() -> {
                running.countDown();
                release.await();
                return "late";
              });
            } catch (ProtocolError e) {
              return "503";
            }
          });
      running.await();

      assertThatThrownBy(() -> queue.run(() -> "never begun"))
          .isInstanceOf(ProtocolError.class)
          .hasMessageContaining("within 50 ms");
      assertThat(queue.waiting()).isZero();
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("503");
      release.countDown();
    }
  }

  @Test
  void tellsAFailureOfTheModelFromTheClients() {
    try (var queue = new RunQueue("m", 1, 1, Duration.ofSeconds(5))) {
      assertThatThrownBy(() ->
              queue.run(() -> {
                throw new IllegalStateException("broken");
              }))
          .isInstanceOfSatisfying(ProtocolError.class, e -> assertThat(e.status()).isEqualTo(500));
    }
  }
}
