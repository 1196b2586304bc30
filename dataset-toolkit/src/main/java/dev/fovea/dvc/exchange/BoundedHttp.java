package dev.fovea.dvc.exchange;

import dev.fovea.kernel.MeteredStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;

/** HTTP connections that together take so many bytes and so much time, and no more. */
final class BoundedHttp implements HttpConnectionFactory {
  private final AtomicLong left;
  private final long most;
  private final long deadline;

  BoundedHttp(long mostBytes, Duration most) {
    this.most = mostBytes;
    left = new AtomicLong(mostBytes);
    deadline = System.nanoTime() + most.toNanos();
  }

  @Override
  public HttpConnection create(URL url) throws IOException {
    return new Bounded(url, Proxy.NO_PROXY);
  }

  @Override
  public HttpConnection create(URL url, Proxy proxy) throws IOException {
    return new Bounded(url, proxy);
  }

  private final class Bounded extends JDKHttpConnection {
    Bounded(URL url, Proxy proxy) throws IOException {
      super(url, proxy);
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new Counted(super.getInputStream());
    }
  }

  private final class Counted extends MeteredStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    protected void passed(long bytes) throws IOException {
      if (left.addAndGet(-bytes) < 0) {
        throw new IOException("the server sent more than %d bytes".formatted(most));
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("the server was too slow");
      }
    }
  }
}
