package dev.fovea.dvc.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.fovea.dvc.Naming;
import dev.fovea.kernel.ResumedStream;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server, such as Fovea's own: {@code HEAD} asks, {@code GET} gets, {@code POST} or {@code
 * PUT} sends (dvc-http 2.32). It can't be listed, and nothing of it is removed. It is followed
 * nowhere: a login page that everything is sent to has no objects.
 */
public final class HttpRemote implements Remote {
  private static final int NOT_FOUND = 404;
  private static final int PARTIAL = 206;

  /** The header by which a server says what else it answers: {@link #MISSING}. */
  public static final String ANSWERS = "Fovea-Answers";

  /**
   * The path, below the remote's address, of the question which of {@link #ASKED_TOGETHER} objects
   * or fewer are missing: a name a line, there and in the answer.
   */
  public static final String MISSING = "missing";

  private static final MediaType NAMES = MediaType.get("text/plain");
  private static final int LINE_BYTES = 32 + ".dir\r\n".length();

  /** How long it may be silent. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String root;
  private final Map<String, String> headers;
  private final String method;
  private final Persistence persistence;
  private final OkHttpClient http;
  private final Layout layout;

  /** Whether it says that it can be asked for many objects at once, as Fovea's own does. */
  private final AtomicBoolean answersTogether;

  /**
   * @param headers of each request, such as {@code Authorization}
   * @param method that sends: {@code POST} or {@code PUT}
   */
  public HttpRemote(URI root, Map<String, String> headers, String method) {
    this(root, headers, method, PATIENCE, Persistence.FIRST_PAUSE);
  }

  HttpRemote(
      URI root,
      Map<String, String> headers,
      String method,
      Duration patience,
      Duration firstPause) {
    this.root = root.toString().replaceAll("/+$", "") + "/";
    this.headers = Map.copyOf(headers);
    this.method = method;
    this.layout = Layout.USUAL;
    this.answersTogether = new AtomicBoolean();
    this.persistence = new Persistence(this.root, firstPause);
    this.http =
        new OkHttpClient.Builder()
            .addInterceptor(persistence.listening())
            .connectTimeout(Duration.ofSeconds(5))
            .readTimeout(patience)
            .writeTimeout(patience)
            .followRedirects(false)
            .build();
  }

  private HttpRemote(HttpRemote same, Layout layout) {
    this.layout = layout;
    root = same.root;
    headers = same.headers;
    method = same.method;
    persistence = same.persistence;
    http = same.http;
    answersTogether = same.answersTogether;
  }

  @Override
  public Remote named(Naming naming) {
    return new HttpRemote(this, Layout.of(naming));
  }

  @Override
  public String address() {
    return root;
  }

  /** Its age is the server's affair: it counts as sent just now. */
  @Override
  public Optional<Listed> find(String name) throws IOException {
    return ask("HEAD", layout.path(name), null, 0)
        .map(found -> {
          found.close();
          return new Listed(name, length(found, 0), Instant.now());
        });
  }

  private static long length(Response found, long otherwise) {
    var length = found.header("Content-Length");
    return length == null ? otherwise : Long.parseLong(length);
  }

  @Override
  public Optional<Set<String>> among(Set<String> names) throws IOException {
    if (!answersTogether.get() || layout != Layout.USUAL) {
      return Optional.empty();
    }
    var question = RequestBody.create(String.join("\n", names), NAMES);
    try {
      var answer = ask("POST", MISSING, question, 0);
      return answer.isPresent() ? Optional.of(without(names, answer.get())) : Optional.empty();
    } catch (RemoteRefused _) {
      return Optional.empty(); // such as one who may only read: asked for each, it may answer
    }
  }

  private Set<String> without(Set<String> names, Response answer) throws IOException {
    var there = new HashSet<>(names);
    try (answer) {
      var bytes = answer.body().byteStream().readNBytes(names.size() * LINE_BYTES + 1);
      for (var name : (Iterable<String>) new String(bytes, US_ASCII).lines()::iterator) {
        if (!there.remove(name)) {
          throw new IOException(
              "%s says that '%s' is missing (expected: one of the %,d names that it was asked for, once)"
                  .formatted(root, Text.excerpt(name), names.size()));
        }
      }
    }
    return there;
  }

  @Override
  public boolean lists() {
    return false;
  }

  @Override
  public void list(String prefix, Consumer<Listed> each) {
    throw new UnsupportedOperationException("an HTTP remote can't be listed");
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    return ask("GET", layout.path(name), null, 0)
        .map(found -> {
          var what = "the object %s at %s".formatted(name, root);
          var bytes = found.body().byteStream();
          return new ResumedStream(
              what, bytes, length(found, Long.MAX_VALUE), offset -> from(name, offset));
        });
  }

  /** A server may give everything where a part was asked for. */
  private InputStream from(String name, long offset) throws IOException {
    var found = ask("GET", layout.path(name), null, offset).orElseThrow(() -> gone(name));
    var bytes = found.body().byteStream();
    if (found.code() != PARTIAL) {
      bytes.skipNBytes(offset);
    }
    return bytes;
  }

  private IOException gone(String name) {
    return new IOException("the object %s is no longer at %s".formatted(name, root));
  }

  @Override
  public void put(Upload object) throws IOException {
    var body =
        object.offset() == 0
            ? RequestBody.create(object.file().toFile(), null)
            : RequestBody.create(object.read(), null);
    var sent = ask(method, layout.path(object.name()), body, 0);
    if (sent.isEmpty()) {
      throw new RemoteRefused(root, "there is no such path", NOT_FOUND, new IOException(method));
    }
    sent.get().close();
  }

  @Override
  public void mark(String name, String text) {}

  @Override
  public void unmark(String name) {}

  @Override
  public List<Marker> markers() {
    return List.of();
  }

  @Override
  public void remove(Collection<String> names) {
    throw new UnsupportedOperationException("nothing is removed from an HTTP remote");
  }

  /** Absent where there is no such object. */
  private Optional<Response> ask(String verb, String path, @Nullable RequestBody body, long offset)
      throws IOException {
    var request = new Request.Builder().url(root + path).method(verb, body);
    // Otherwise what a server has compressed would come as something else.
    request.header("Accept-Encoding", "identity");
    if (offset > 0) {
      request.header("Range", "bytes=%d-".formatted(offset));
    }
    headers.forEach(request::header);
    return persistence.asking(() -> {
      var response = http.newCall(request.build()).execute();
      if (MISSING.equals(response.header(ANSWERS))) {
        answersTogether.set(true);
      }
      if (response.isSuccessful()) {
        return Optional.of(response);
      }
      int status = response.code();
      response.close();
      if (Persistence.LATER.contains(status)) {
        throw new IOException("HTTP " + status);
      }
      if (status == NOT_FOUND) {
        return Optional.empty();
      }
      throw new RemoteRefused(root, verb + " " + path, status, new IOException(verb));
    });
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
