package dev.fovea.serving;

import dev.fovea.kernel.Digest;
import dev.fovea.serving.metrics.ServerMetrics;
import dev.fovea.serving.model.Answer;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes frames off the answer's path: {@link #offer} is called when the client has its answer,
 * never waits, and drops what does not fit. One thread hands the frames to the sink in batches.
 */
final class FrameCapture implements AutoCloseable {
  private static final double TWO_TO_32 = 4_294_967_296.0;
  private static final long LAST_WORDS_MILLIS = 2_000;

  private final CaptureSettings settings;
  private final FrameSink sink;
  private final ServerMetrics metrics;
  private final Clock clock;
  private final BlockingQueue<SeenFrame> waiting;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;

  FrameCapture(CaptureSettings settings, FrameSink sink, ServerMetrics metrics, Clock clock) {
    this.settings = settings;
    this.sink = sink;
    this.metrics = metrics;
    this.clock = clock;
    waiting = new ArrayBlockingQueue<>(settings.waitingFrames());
    thread = Thread.ofPlatform().daemon().name("frame-capture").start(this::drain);
  }

  /** Takes the frame if it is wanted and there is room. One without an answer is never wanted. */
  void offer(byte[] image, Answer answer) {
    boolean none = settings.unsureBelow() == 0 && settings.auditShare() == 0;
    if (closing || none || answer.label().isEmpty()) {
      return;
    }
    var digest = Digest.sha256(image);
    var reason = reason(digest, answer.confidence());
    if (reason.isEmpty()) {
      return;
    }
    var frame =
        new SeenFrame(
            image,
            digest,
            answer.label(),
            answer.confidence(),
            answer.margin(),
            list(answer.probabilities()),
            reason.get(),
            clock.instant());
    if (waitingBytes.addAndGet(image.length) > settings.waitingBytes().bytes()
        || !waiting.offer(frame)) {
      waitingBytes.addAndGet(-image.length);
      metrics.dropped(1);
    }
  }

  private Optional<SeenFrame.Reason> reason(Digest digest, double confidence) {
    if (confidence < settings.unsureBelow()) {
      return Optional.of(SeenFrame.Reason.UNSURE);
    }
    return fraction(digest) < settings.auditShare()
        ? Optional.of(SeenFrame.Reason.AUDIT)
        : Optional.empty();
  }

  /** A number in [0, 1) that depends on the image alone: its digest's first 32 bits. */
  static double fraction(Digest digest) {
    var first = HexFormat.of().parseHex(digest.hex(), 0, 8);
    return Integer.toUnsignedLong(ByteBuffer.wrap(first).getInt()) / TWO_TO_32;
  }

  private void drain() {
    var batch = new ArrayList<SeenFrame>(FrameSink.MOST);
    while (!closing || !waiting.isEmpty()) {
      try {
        var first = waiting.poll(settings.linger().toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        if (!closing && waiting.size() < FrameSink.MOST - 1) {
          TimeUnit.NANOSECONDS.sleep(settings.linger().toNanos());
        }
      } catch (InterruptedException _) {
        // close() interrupts the wait; what is left goes to the sink now.
      }
      fill(batch);
      if (!batch.isEmpty()) {
        keep(List.copyOf(batch));
        batch.clear();
      }
    }
  }

  private void fill(List<SeenFrame> batch) {
    long bytes = bytes(batch);
    for (var next = waiting.peek(); next != null; next = waiting.peek()) {
      bytes += next.image().length;
      if (batch.size() == FrameSink.MOST || !batch.isEmpty() && bytes > FrameSink.MOST_BYTES) {
        return;
      }
      batch.add(waiting.remove());
    }
  }

  private static long bytes(List<SeenFrame> frames) {
    return frames.stream().mapToLong(frame -> frame.image().length).sum();
  }

  private void keep(List<SeenFrame> batch) {
    try {
      sink.keep(batch);
      batch.forEach(frame -> metrics.captured(frame.reason().name().toLowerCase(Locale.ROOT)));
    } catch (Exception e) {
      metrics.dropped(batch.size());
      System.getLogger(FrameCapture.class.getName())
          .log(System.Logger.Level.WARNING, () -> batch.size() + " frames were not kept: " + e);
    } finally {
      waitingBytes.addAndGet(-bytes(batch));
    }
  }

  private static List<Double> list(float[] probabilities) {
    var values = new ArrayList<Double>(probabilities.length);
    for (float p : probabilities) {
      values.add(Math.clamp(p, 0.0, 1.0)); // a model's own softmax may miss 1 by a rounding
    }
    return values;
  }

  /** Hands over what waits, for two seconds at most; drops and counts the rest. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    var left = new ArrayList<SeenFrame>();
    waiting.drainTo(left);
    metrics.dropped(left.size());
  }
}
