package dev.fovea.serving;

import com.sun.net.httpserver.Headers;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Text;
import dev.fovea.serving.protocol.ProtocolError;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Reads bodies within two bounds: what one may hold after inflating, and what all hold together.
 */
final class RequestBodies {
  private static final int STEP = 1 << 16;

  private final ByteSize most;
  private final ByteSize mostTogether;
  private final AtomicLong held = new AtomicLong();

  RequestBodies(ServerLimits limits) {
    most = limits.body();
    mostTogether = limits.bodies();
  }

  /** Work with a body's bytes. */
  interface Use<T> {
    T with(byte[] body) throws IOException;
  }

  /**
   * Reads the body and hands it over; its share of the memory is given back afterwards.
   *
   * @throws ProtocolError 400 for an unknown or broken compression, 413 when it is too large, 503
   *     when others hold the memory
   */
  <T> T read(Headers headers, InputStream stream, Use<T> use) throws IOException {
    var declared = Optional.ofNullable(headers.getFirst("Content-Length"));
    if (declared.isPresent() && declared.get().length() > 18
        || declared.map(Long::parseLong).orElse(0L) > most.bytes()) {
      throw tooLarge();
    }
    try (var metered = new Metered(inflated(headers, stream))) {
      return use.with(metered.readAllBytes());
    } catch (ZipException e) {
      throw ProtocolError.badRequest("the compressed body is broken: " + e.getMessage());
    }
  }

  private static InputStream inflated(Headers headers, InputStream stream) throws IOException {
    var encoding = Optional.ofNullable(headers.getFirst("Content-Encoding")).orElse("identity");
    return switch (encoding) {
      case "identity" -> stream;
      case "gzip" -> new GZIPInputStream(stream, STEP);
      case "deflate" -> new InflaterInputStream(stream);
      default ->
          throw ProtocolError.badRequest(
              "Content-Encoding: '%s' (expected: gzip, deflate or none)"
                  .formatted(Text.excerpt(encoding)));
    };
  }

  private ProtocolError tooLarge() {
    return ProtocolError.tooLarge("the body is larger than %s, which is the most".formatted(most));
  }

  /** Counts what passes through, in steps, so that a claim is never paid in advance. */
  private final class Metered extends FilterInputStream {
    private long read;
    private long reserved;

    Metered(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0) {
        count(1);
      }
      return value;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int n = super.read(buffer, from, length);
      if (n > 0) {
        count(n);
      }
      return n;
    }

    private void count(int n) {
      read += n;
      if (read > most.bytes()) {
        throw tooLarge();
      }
      if (read > reserved) {
        long more = Math.max(STEP, read - reserved);
        if (held.addAndGet(more) > mostTogether.bytes()) {
          held.addAndGet(-more);
          throw ProtocolError.unavailable(
              "requests under way hold %s already".formatted(mostTogether));
        }
        reserved += more;
      }
    }

    @Override
    public void close() {
      held.addAndGet(-reserved);
      reserved = 0;
    }
  }
}
