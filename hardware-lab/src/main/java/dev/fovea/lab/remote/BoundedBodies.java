package dev.fovea.lab.remote;

import dev.fovea.kernel.Problem;
import dev.fovea.roles.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bounds the bodies of agents' calls before anything reads them into memory: by the length that the
 * caller names, and by counting where it names none.
 */
final class BoundedBodies extends OncePerRequestFilter {
  private final long mostBytes;
  private final JsonMapper json;

  /** A body beyond the bound. */
  static final class TooLarge extends Problem {
    private final long mostBytes;

    TooLarge(long mostBytes) {
      super(
          Kind.TOO_LARGE,
          "the body has more than %,d bytes".formatted(mostBytes),
          "send less; a result of 100,000 samples fits");
      this.mostBytes = mostBytes;
    }

    public long mostBytes() {
      return mostBytes;
    }
  }

  BoundedBodies(long mostBytes, JsonMapper json) {
    this.mostBytes = mostBytes;
    this.json = json;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getContentLengthLong() > mostBytes) {
      var detail = Problems.out(new TooLarge(mostBytes));
      response.setStatus(detail.getStatus());
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response.setHeader("Connection", "close");
      response.getOutputStream().write(json.writeValueAsBytes(detail));
      return;
    }
    chain.doFilter(
        new HttpServletRequestWrapper(request) {
          @Override
          public ServletInputStream getInputStream() throws IOException {
            return new Counting(super.getInputStream(), mostBytes);
          }
        },
        response);
  }

  /** Ends the reading with a problem when there is more than the bound. */
  private static final class Counting extends ServletInputStream {
    private final ServletInputStream body;
    private final long mostBytes;
    private long count;

    Counting(ServletInputStream body, long mostBytes) {
      this.body = body;
      this.mostBytes = mostBytes;
    }

    @Override
    public int read() throws IOException {
      int read = body.read();
      counted(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = body.read(buffer, offset, length);
      counted(Math.max(0, read));
      return read;
    }

    private void counted(int bytes) {
      count += bytes;
      if (count > mostBytes) {
        throw new TooLarge(mostBytes);
      }
    }

    @Override
    public boolean isFinished() {
      return body.isFinished();
    }

    @Override
    public boolean isReady() {
      return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      body.setReadListener(listener);
    }
  }
}
