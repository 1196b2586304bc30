package dev.fovea.serving.shadow;

import dev.fovea.kernel.ByteSize;
import dev.fovea.serving.metrics.ArmCounters;
import dev.fovea.sideline.Sideline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;

/**
 * Copies a share of the requests to another model server, once the client has its answer, on
 * threads and connections of its own. What the other does with them never delays or changes an
 * answer; what doesn't fit into the bounds is dropped and counted. This server counts how the other
 * answered, since one that is down can't.
 */
public final class ShadowCopies implements AutoCloseable {
  /** The header of a copy. */
  public static final String HEADER = "Fovea-Shadow";

  private static final int AT_ONCE = 4;
  private static final int WAITING = 32;
  private static final ByteSize HELD = new ByteSize(32 << 20);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int PERCENT = 100;

  private final Optional<ShadowToken> token;
  private final ByteSize mostAnswer;
  private final Duration patience;
  private final Duration reach;
  private final String confidence;
  private final String answer;
  private final IntSupplier lots;
  private final Sideline sideline = new Sideline(AT_ONCE, WAITING, HELD);
  private final AtomicReference<Optional<Stratum>> now = new AtomicReference<>(Optional.empty());
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  /**
   * @param confidence the answer's header with its confidence
   * @param answer the answer's header with a word for its classes
   */
  public ShadowCopies(
      ShadowSettings settings,
      ByteSize mostAnswer,
      Duration patience,
      String confidence,
      String answer) {
    this(
        settings.token(),
        mostAnswer,
        patience,
        settings.reach(),
        confidence,
        answer,
        () -> ThreadLocalRandom.current().nextInt(PERCENT));
  }

  ShadowCopies(
      Optional<ShadowToken> token,
      ByteSize mostAnswer,
      Duration patience,
      Duration reach,
      String confidence,
      String answer,
      IntSupplier lots) {
    this.token = token;
    this.mostAnswer = mostAnswer;
    this.patience = patience;
    this.reach = reach;
    this.confidence = confidence;
    this.answer = answer;
    this.lots = lots;
  }

  /**
   * What was copied since the target was set.
   *
   * @param target empty where nothing is copied
   * @param share in percent; 0 where nothing is copied
   * @param sent how the copies were answered; its {@code boot} changes with the target and the
   *     share, as it does when the process starts again
   * @param compared copies whose answer and whose original's both named classes
   * @param disagreed those that named other ones
   * @param dropped not sent, since too many waited or the target could not be reached yet
   */
  public record Reading(
      String target,
      int share,
      ArmCounters.Reading sent,
      long compared,
      long disagreed,
      long dropped) {}

  /** Everything of one target and share. */
  private static final class Stratum {
    private final ShadowTarget target;
    private final ArmCounters sent = new ArmCounters();
    private final long began = System.nanoTime();
    private boolean reached;
    private long compared;
    private long disagreed;
    private long dropped;

    Stratum(ShadowTarget target) {
      this.target = target;
    }

    synchronized void compared(boolean differs) {
      compared++;
      disagreed += differs ? 1 : 0;
    }

    synchronized void dropped() {
      dropped++;
    }

    synchronized void reached() {
      reached = true;
    }

    synchronized boolean mayBeUnknownYet(Duration reach) {
      return !reached && System.nanoTime() - began < reach.toNanos();
    }

    synchronized Reading reading() {
      return new Reading(
          target.address().toString(),
          target.share(),
          sent.reading(),
          compared,
          disagreed,
          dropped);
    }
  }

  /** From now on copies go there; setting the same again changes nothing. */
  public void set(ShadowTarget target) {
    now.updateAndGet(before ->
        before.filter(stratum -> stratum.target.equals(target)).isPresent()
            ? before
            : Optional.of(new Stratum(target)));
  }

  /** Nothing is copied any more; what waits is not sent. */
  public void clear() {
    now.set(Optional.empty());
  }

  /** What was copied since the target was set; of nothing where there is none. */
  public Reading reading() {
    return now.get()
        .map(Stratum::reading)
        .orElseGet(() -> new Reading("", 0, new ArmCounters().reading(), 0, 0, 0));
  }

  /** A request that is to be copied. */
  public final class Copy {
    private final Stratum stratum;

    private Copy(Stratum stratum) {
      this.stratum = stratum;
    }

    /**
     * Sends it if there is room. Called once the client has its answer; never waits.
     *
     * @param path of the request, such as {@code /v2/models/lamp/infer}
     * @param headers that the other needs to read the body
     * @param body not changed afterwards
     * @param original a word for the classes that the client's answer named, where it named any
     */
    public void send(
        String path, Map<String, String> headers, byte[] body, Optional<String> original) {
      if (!sideline.offer(body.length, () -> deliver(stratum, path, headers, body, original))) {
        stratum.dropped();
      }
    }
  }

  /** Draws lots for one request; empty where it is not copied. */
  public Optional<Copy> draw() {
    return now.get().filter(stratum -> lots.getAsInt() < stratum.target.share()).map(Copy::new);
  }

  /** Whether a request is itself a copy. */
  public boolean isCopy(Optional<String> header) {
    return token.isPresent() && header.filter(text -> token.get().marks(text)).isPresent();
  }

  private void deliver(
      Stratum stratum,
      String path,
      Map<String, String> headers,
      byte[] body,
      Optional<String> original) {
    if (now.get().filter(stratum::equals).isEmpty()) {
      return; // the target is another one by now
    }
    var request =
        HttpRequest.newBuilder(URI.create(stratum.target.address() + path))
            .timeout(patience)
            .POST(BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    token.ifPresent(known -> request.header(HEADER, known.mark()));
    stratum.sent.begin();
    long start = System.nanoTime();
    var response = Optional.<HttpResponse<Void>>empty();
    boolean sent = true;
    try {
      response = Optional.of(whole(request.build()));
      stratum.reached();
    } catch (ConnectException | HttpConnectTimeoutException | NoRouteToHostException _) {
      sent = !stratum.mayBeUnknownYet(reach);
    } catch (IOException _) {
      // Counted below: no answer is a bad one.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      if (sent) {
        boolean good = response.filter(each -> each.statusCode() < 400).isPresent();
        stratum.sent.end(
            good,
            false,
            System.nanoTime() - start,
            good ? confidence(response.get()) : OptionalDouble.empty());
      } else {
        stratum.sent.withdraw();
        stratum.dropped();
      }
    }
    response
        .filter(each -> each.statusCode() < 400)
        .flatMap(each -> each.headers().firstValue(answer))
        .filter(_ -> original.isPresent())
        .ifPresent(word -> stratum.compared(!word.equals(original.get())));
  }

  /** Reads the answer to its end as a client would, and keeps its headers alone. */
  private HttpResponse<Void> whole(HttpRequest request) throws IOException, InterruptedException {
    BodyHandler<Void> bounded =
        BodyHandlers.limiting(BodyHandlers.discarding(), mostAnswer.bytes());
    var response = http.sendAsync(request, bounded);
    try {
      return response.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no whole answer within " + patience, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } finally {
      response.cancel(true);
    }
  }

  private OptionalDouble confidence(HttpResponse<Void> response) {
    var header = response.headers().firstValue(confidence);
    try {
      return header.map(Double::parseDouble).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    } catch (NumberFormatException _) {
      return OptionalDouble.of(Double.NaN);
    }
  }

  /** How many copies are under way. */
  int underWay() {
    return sideline.underWay();
  }

  @Override
  public void close() {
    clear();
    sideline.close();
    http.shutdownNow();
  }
}
