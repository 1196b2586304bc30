package dev.fovea.registry.webhooks.outbound;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends to receivers, each time anew: the name is looked up, every address is checked, and the
 * checked address is what is dialled, for the socket checks it once more. No redirect is followed,
 * no proxy is asked, no answer is read beyond its head, and the whole takes no longer than the
 * patience.
 */
public final class Post {
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(6);
  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");
  private static final MediaType JSON = MediaType.get("application/json");

  private final Reach reach;
  private final Lookup lookup;
  private final Duration patience;
  private final OkHttpClient client;

  /**
   * @param patience how long a name's look-up may take, and how long everything else may
   */
  public Post(Reach reach, Lookup lookup, Duration patience, Trust trust) {
    this.reach = reach;
    this.lookup = lookup;
    this.patience = patience;
    this.client =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .fastFallback(false)
            .proxy(Proxy.NO_PROXY)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
            .connectTimeout(patience)
            .readTimeout(patience)
            .writeTimeout(patience)
            .callTimeout(patience)
            .sslSocketFactory(trust.context().getSocketFactory(), trust.manager())
            .build();
  }

  /**
   * Whether hooks may go there by what its name means now.
   *
   * @throws UnknownHostException when they may not, or nobody knows the name; in words for the user
   */
  public void probe(Target target) throws UnknownHostException {
    permitted(target);
  }

  /** Sends JSON. Never throws for what the receiver does. */
  public Answer send(Target target, Map<String, String> headers, byte[] body) {
    try {
      var addresses = permitted(target);
      var request =
          new Request.Builder()
              .url(target.url())
              .header("User-Agent", "Fovea-Webhook/1")
              .header("Connection", "close")
              .post(RequestBody.create(body, JSON));
      headers.forEach(request::header);
      var sockets = new CheckedSockets(target.host());
      var call =
          client
              .newBuilder()
              .dns(_ -> addresses)
              .socketFactory(sockets)
              .build()
              .newCall(request.build());
      try (var response = call.execute()) {
        var status = new Answer.Status(response.code(), retryAfter(response));
        // Else closing it reads on for what is left of the answer.
        sockets.close();
        return status;
      }
    } catch (RefusedAddress e) {
      return new Answer.Nothing("not sent: " + e.getMessage());
    } catch (UnknownHostException e) {
      return new Answer.Nothing("not sent: " + e.getMessage());
    } catch (InterruptedIOException e) {
      return new Answer.Nothing(
          "no answer from %s within %d s".formatted(target.host(), patience.toSeconds()));
    } catch (SSLException e) {
      return new Answer.Nothing(
          "no secure connection to %s: %s".formatted(target.host(), words(e)));
    } catch (IOException e) {
      return new Answer.Nothing("no answer from %s: %s".formatted(target.host(), words(e)));
    }
  }

  private List<InetAddress> permitted(Target target) throws UnknownHostException {
    var addresses = found(target.host());
    for (var address : addresses) {
      if (!reach.permits(target.host(), address)) {
        throw new RefusedAddress(target.host(), address, reach.setting());
      }
    }
    return addresses;
  }

  /** In a thread of its own, since a resolver that is silent can't be interrupted. */
  private List<InetAddress> found(String host) throws UnknownHostException {
    var task = new FutureTask<>(() -> lookup.addresses(host));
    Thread.ofVirtual().name("look up a hook's host").start(task);
    try {
      var found = task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (found.isEmpty()) {
        throw new UnknownHostException("the name '%s' has no address".formatted(host));
      }
      return List.copyOf(found);
    } catch (ExecutionException e) {
      throw new UnknownHostException("the name '%s' is not known".formatted(Text.excerpt(host)));
    } catch (TimeoutException e) {
      throw new UnknownHostException(
          "the name '%s' was not found within %d s"
              .formatted(Text.excerpt(host), patience.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("interrupted while '%s' was looked up".formatted(host));
    }
  }

  /** As HTTP says it, or as GitHub does where nothing is left of an hour's requests. */
  private static Optional<Duration> retryAfter(Response response) {
    var asked = seconds(response.header("Retry-After")).map(Duration::ofSeconds);
    var wanted =
        asked.isPresent() || !"0".equals(response.header("x-ratelimit-remaining"))
            ? asked
            : seconds(response.header("x-ratelimit-reset"))
                .map(Instant::ofEpochSecond)
                .map(reset -> Duration.between(Instant.now(), reset).plusSeconds(1))
                .filter(Duration::isPositive);
    return wanted.map(rest -> rest.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : rest);
  }

  private static Optional<Long> seconds(@Nullable String header) {
    return Optional.ofNullable(header)
        .map(String::strip)
        .filter(text -> SECONDS.matcher(text).matches())
        .map(Long::parseLong);
  }

  private static String words(IOException e) {
    return Text.excerpt(String.valueOf(e.getMessage()));
  }

  /** Sockets that connect to no address which is not permitted, however they came by it. */
  private final class CheckedSockets extends SocketFactory {
    private final String host;
    private final ConcurrentLinkedQueue<Socket> made = new ConcurrentLinkedQueue<>();

    CheckedSockets(String host) {
      this.host = host;
    }

    @Override
    public Socket createSocket() {
      var socket =
          new Socket() {
            @Override
            public void connect(SocketAddress to, int timeout) throws IOException {
              if (!(to instanceof InetSocketAddress inet)
                  || inet.getAddress() == null
                  || !reach.permits(host, inet.getAddress())) {
                throw new UnknownHostException("%s is not permitted".formatted(to));
              }
              super.connect(to, timeout);
            }
          };
      made.add(socket);
      return socket;
    }

    void close() {
      for (var socket : made) {
        try {
          socket.close();
        } catch (IOException _) {
          // It is of no use any more either way.
        }
      }
    }

    @Override
    public Socket createSocket(String to, int port) {
      throw new UnsupportedOperationException("connect the socket that createSocket() makes");
    }

    @Override
    public Socket createSocket(String to, int port, InetAddress from, int fromPort) {
      return createSocket(to, port);
    }

    @Override
    public Socket createSocket(InetAddress to, int port) {
      return createSocket(to.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress to, int port, InetAddress from, int fromPort) {
      return createSocket(to.getHostAddress(), port);
    }
  }
}
