package dev.fovea.dvc.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * As much of S3 as a remote speaks, in this process, and what goes wrong with the next requests. It
 * takes no notice of signatures, gives ETags that say nothing, and does not unpack archives.
 */
public final class FlakyS3 implements AutoCloseable {
  private static final String BUCKET = "/bucket/";
  private static final int PAGE = 1000;
  private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

  /** What goes wrong with a request whose body has been read. */
  public interface Trouble {
    /** Answers instead of the store, or does not answer. */
    void meet(HttpExchange exchange, Store store) throws IOException;
  }

  /** The store as it would be without trouble. */
  public interface Store {
    Answer answer();
  }

  /** What a store answers. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Answer(int status, byte[] body) {}

  private final Map<String, SortedMap<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
  private final Map<String, Queue<Trouble>> troubles = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private HttpServer server;

  /** By key. */
  public final SortedMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

  public FlakyS3() throws IOException {
    server = serve(0);
  }

  /** One for a field of a test. */
  public static FlakyS3 started() {
    try {
      return new FlakyS3();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpServer serve(int port) throws IOException {
    var fresh = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    fresh.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    fresh.createContext("/", this::answer);
    fresh.start();
    return fresh;
  }

  /** Where it is. */
  public S3Address address() {
    return new S3Address(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
        "us-east-1",
        "bucket",
        "data",
        "key",
        "secret",
        Optional.empty());
  }

  /** The next requests of a method meet these, in order. */
  public void next(String method, Trouble... planned) {
    troubles.computeIfAbsent(method, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(planned));
  }

  /** How many requests of a method came. */
  public int asked(String method) {
    return asked.computeIfAbsent(method, _ -> new AtomicInteger()).get();
  }

  /** Goes away: whoever connects is refused. What it keeps stays. */
  public synchronized void stop() {
    server.stop(0);
  }

  /** Comes back where it was. */
  public synchronized void start() throws IOException {
    server = serve(server.getAddress().getPort());
  }

  @Override
  public void close() {
    stop();
  }

  /** An error as S3 writes it, with headers in pairs. */
  public static Trouble error(int status, String code, String... headers) {
    return (exchange, _) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      send(exchange, new Answer(status, xml("<Error><Code>%s</Code></Error>".formatted(code))));
    };
  }

  /** A document instead of what the store would answer. */
  public static Trouble answering(String document) {
    return (exchange, _) -> send(exchange, new Answer(200, xml(document)));
  }

  /** Nothing goes wrong. */
  public static Trouble none() {
    return (exchange, store) -> send(exchange, store.answer());
  }

  /** The connection ends before anything is done. */
  public static Trouble dropped() {
    return (_, _) -> {};
  }

  /** Everything is done, and then the connection ends. */
  public static Trouble answerLost() {
    return (_, store) -> store.answer();
  }

  /** So many bytes of the body that is announced; then the pause, and the connection ends. */
  public static Trouble cutAt(int bytes, long pauseMillis) {
    return (exchange, store) -> {
      var answer = store.answer();
      exchange.sendResponseHeaders(answer.status(), answer.body().length);
      exchange.getResponseBody().write(answer.body(), 0, Math.min(bytes, answer.body().length));
      exchange.getResponseBody().flush();
      pause(pauseMillis);
    };
  }

  /** No answer. */
  public static Trouble silent(long millis) {
    return (_, _) -> pause(millis);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    var method = exchange.getRequestMethod();
    asked.computeIfAbsent(method, _ -> new AtomicInteger()).incrementAndGet();
    var trouble = troubles.computeIfAbsent(method, _ -> new ConcurrentLinkedQueue<>()).poll();
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      if (trouble == null) {
        send(exchange, perform(exchange, body));
      } else {
        trouble.meet(exchange, () -> perform(exchange, body));
      }
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("ETag", "\"%s\"".formatted(UUID.randomUUID()));
    headers.set("Last-Modified", "Thu, 26 Nov 2026 22:00:00 GMT");
    headers.set("Content-Type", answer.status() == 206 ? "binary/octet-stream" : "application/xml");
    var body = answer.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private Answer perform(HttpExchange exchange, byte[] body) {
    var path = exchange.getRequestURI().getPath();
    var query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    var key = path.startsWith(BUCKET) ? path.substring(BUCKET.length()) : "";
    return switch (exchange.getRequestMethod()) {
      case "PUT" -> query.contains("uploadId=") ? part(query, body) : put(key, body);
      case "POST" -> post(key, query, body);
      case "DELETE" -> {
        objects.remove(key);
        yield new Answer(204, new byte[0]);
      }
      default -> key.isEmpty() ? list(query) : get(exchange, key);
    };
  }

  private Answer put(String key, byte[] body) {
    objects.put(key, body);
    return new Answer(200, new byte[0]);
  }

  private Answer part(String query, byte[] body) {
    uploads.get(value(query, "uploadId")).put(Integer.parseInt(value(query, "partNumber")), body);
    return new Answer(200, new byte[0]);
  }

  private Answer post(String key, String query, byte[] body) {
    if (query.contains("uploadId=")) {
      var whole = new ByteArrayOutputStream();
      uploads.remove(value(query, "uploadId")).values().forEach(whole::writeBytes);
      objects.put(key, whole.toByteArray());
      return new Answer(200, named("CompleteMultipartUploadResult", key, "<ETag>x-2</ETag>"));
    }
    if (query.startsWith("delete")) {
      KEY.matcher(new String(body, StandardCharsets.UTF_8))
          .results()
          .forEach(found -> objects.remove(found.group(1)));
      return new Answer(200, xml("<DeleteResult></DeleteResult>"));
    }
    var id = UUID.randomUUID().toString();
    uploads.put(id, new TreeMap<>());
    return new Answer(
        200, named("InitiateMultipartUploadResult", key, "<UploadId>%s</UploadId>".formatted(id)));
  }

  /** Page by page; the next is asked for by the last key of the one before. */
  private Answer list(String query) {
    var prefix = value(query, "prefix");
    var after = query.contains("continuation-token=") ? value(query, "continuation-token") : "";
    var found =
        objects.tailMap(after + "\0").entrySet().stream()
            .filter(each -> each.getKey().startsWith(prefix))
            .limit(PAGE + 1L)
            .toList();
    var page = found.subList(0, Math.min(PAGE, found.size()));
    boolean truncated = page.size() < found.size();
    var next =
        truncated
            ? "<NextContinuationToken>%s</NextContinuationToken>".formatted(page.getLast().getKey())
            : "";
    var contents =
        page.stream()
            .map(each ->
                """
                <Contents><Key>%s</Key><Size>%d</Size><ETag>"x"</ETag>\
                <LastModified>2026-11-26T22:00:00.000Z</LastModified></Contents>\
                """
                    .formatted(each.getKey(), each.getValue().length))
            .collect(Collectors.joining());
    return new Answer(
        200,
        xml(
            "<ListBucketResult><Name>bucket</Name><Prefix>%s</Prefix><IsTruncated>%s</IsTruncated>%s%s</ListBucketResult>"
                .formatted(prefix, truncated, next, contents)));
  }

  private Answer get(HttpExchange exchange, String key) {
    var found = objects.get(key);
    if (found == null) {
      return new Answer(404, xml("<Error><Code>NoSuchKey</Code></Error>"));
    }
    var range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      return new Answer(200, found);
    }
    int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
    var last = range.substring(range.indexOf('-') + 1);
    int to = last.isEmpty() ? found.length : Math.min(found.length, Integer.parseInt(last) + 1);
    return from < found.length
        ? new Answer(206, Arrays.copyOfRange(found, from, to))
        : new Answer(416, xml("<Error><Code>InvalidRange</Code></Error>"));
  }

  private static byte[] named(String root, String key, String rest) {
    return xml(
        "<%1$s><Bucket>bucket</Bucket><Key>%2$s</Key>%3$s</%1$s>".formatted(root, key, rest));
  }

  private static byte[] xml(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String value(String query, String name) {
    return query.replaceAll("(?:.*&)?" + name + "=([^&]*).*", "$1");
  }
}
