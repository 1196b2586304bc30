package dev.fovea.front;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** A request's body on its way: read once, from whoever sends it. */
final class PassedBody extends RequestBody {
  private static final int BUFFER_BYTES = 64 << 10;
  private final HttpServletRequest request;

  private PassedBody(HttpServletRequest request) {
    this.request = request;
  }

  /** None for what only reads. */
  static @Nullable RequestBody of(HttpServletRequest request) {
    return switch (request.getMethod()) {
      case "GET", "HEAD" -> null;
      default -> new PassedBody(request);
    };
  }

  /** The sender went away; nobody is left to tell. */
  static final class SenderGone extends IOException {
    private static final long serialVersionUID = 1;

    SenderGone(IOException cause) {
      super(cause);
    }
  }

  /** The header is passed on as it is. */
  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  @Override
  public long contentLength() {
    var chunked = request.getHeader("Transfer-Encoding") != null;
    return chunked ? -1 : Math.max(0, request.getContentLengthLong());
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    var buffer = new byte[BUFFER_BYTES];
    for (int n = read(buffer); n >= 0; n = read(buffer)) {
      sink.write(buffer, 0, n);
    }
  }

  private int read(byte[] buffer) throws SenderGone {
    try {
      return request.getInputStream().read(buffer);
    } catch (IOException e) {
      throw new SenderGone(e);
    }
  }
}
