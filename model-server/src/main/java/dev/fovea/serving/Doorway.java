package dev.fovea.serving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.fovea.serving.protocol.ProtocolError;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Counts who is inside, so that closing can wait for them. The JDK's own {@code stop(delay)} waits
 * the whole delay when a client hangs up at the same moment.
 */
final class Doorway implements HttpHandler {
  private final HttpHandler inside;
  private final Phaser visitors = new Phaser(1);

  Doorway(HttpHandler inside) {
    this.inside = inside;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (visitors.register() < 0) {
      exchange.getResponseHeaders().set("Connection", "close");
      Replies.error(exchange, ProtocolError.unavailable("the server stops"));
      return;
    }
    try {
      inside.handle(exchange);
    } finally {
      visitors.arriveAndDeregister();
    }
  }

  /** Lets nobody in any more and waits for those inside. */
  void close(Duration patience) {
    try {
      // The last party's arrival ends the phaser, which then registers nobody.
      int phase = visitors.arriveAndDeregister();
      visitors.awaitAdvanceInterruptibly(phase, patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      visitors.forceTermination();
    } catch (InterruptedException _) {
      visitors.forceTermination();
      Thread.currentThread().interrupt();
    }
  }
}
