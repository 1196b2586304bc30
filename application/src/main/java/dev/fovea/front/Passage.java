package dev.fovea.front;

import dev.fovea.roles.ServiceRole;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Carries a request to another process and the answer back, byte by byte as they come: neither is
 * ever held whole. What changes something is sent once; only what reads is sent again where a kept
 * connection turns out to be dead.
 */
final class Passage implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int KEPT_CONNECTIONS = 64;

  private final OkHttpClient http;
  private final int limit;
  private final Semaphore free;

  Passage(FrontDoorProperties properties) {
    this.limit = properties.requests();
    this.free = new Semaphore(limit);
    this.http =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT)
            .readTimeout(properties.patience())
            .writeTimeout(properties.patience())
            .followRedirects(false)
            .followSslRedirects(false)
            .connectionPool(new ConnectionPool(KEPT_CONNECTIONS, 1, TimeUnit.MINUTES))
            .build();
  }

  void carry(
      ServiceRole role, HttpUrl owner, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!free.tryAcquire()) {
      Unpassed.busy(limit).tell(request, response);
      return;
    }
    try {
      carryNow(role, owner, request, response);
    } finally {
      free.release();
    }
  }

  private void carryNow(
      ServiceRole role, HttpUrl owner, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Response answer;
    try {
      answer = http.newCall(outgoing(owner, request)).execute();
    } catch (PassedBody.SenderGone gone) {
      throw gone;
    } catch (IOException e) {
      (silent(e) ? Unpassed.silent(role) : Unpassed.unreachable(role)).tell(request, response);
      return;
    }
    try (answer) {
      response.setStatus(answer.code());
      PassedHeaders.answering(answer.headers(), owner, response);
      if (!request.getMethod().equals("HEAD")) {
        // What breaks off now leaves as an exception, on which the container cuts the connection:
        // the client must not take a part for the whole.
        copy(answer, response);
      }
    }
  }

  private static Request outgoing(HttpUrl owner, HttpServletRequest request) {
    var url =
        owner
            .newBuilder()
            .encodedPath(request.getRequestURI())
            .encodedQuery(request.getQueryString())
            .build();
    return new Request.Builder()
        .url(url)
        .headers(PassedHeaders.asking(request))
        .method(request.getMethod(), PassedBody.of(request))
        .build();
  }

  /** Connected, and then nothing: the work may have been done. */
  private static boolean silent(IOException e) {
    return e instanceof InterruptedIOException && !(e.getCause() instanceof ConnectException);
  }

  private static void copy(Response answer, HttpServletResponse response) throws IOException {
    var buffer = new byte[BUFFER_BYTES];
    var in = answer.body().byteStream();
    var out = response.getOutputStream();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      if (in.available() == 0) {
        // Progress lines of a push are worth nothing later.
        out.flush();
      }
    }
  }

  @Override
  public void close() {
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }
}
