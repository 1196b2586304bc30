package dev.fovea.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/**
 * As much of S3 as the adapter speaks, in this process, with the faults that real ones have. It
 * keeps conditions and checksums, and doesn't check signatures.
 */
final class FakeS3 implements AutoCloseable {
  /** What goes wrong with one request. */
  enum Fault {
    /** 503 SlowDown, before anything is done. */
    SLOW_DOWN,
    /** 503, and Retry-After: 1. */
    SLOW_DOWN_A_SECOND,
    /** 503, and Retry-After: 3600. */
    SLOW_DOWN_AN_HOUR,
    /** 429. */
    TOO_MANY_REQUESTS,
    /** 403. */
    FORBIDDEN,
    /** The connection ends before the request is looked at. */
    DROPPED,
    /** Done, and then the connection ends without an answer. */
    ANSWER_LOST,
    /** Half of the body that was announced, and then the connection ends. */
    CUT_OFF,
    /** A shorter body, announced as if it were the whole. */
    TRUNCATED,
    /** One bit of the body is another. */
    FLIPPED,
    /** An ETag that is no MD5 of the bytes, as encrypting stores give it. */
    OPAQUE_ETAG,
    /** No answer until the store is closed. */
    HANGS
  }

  private static final long LONGEST_HANG_SECONDS = 30;
  private static final String OWN_TAG = "x-amz-meta-fovea-sha256";

  private final HttpServer server;
  private final Map<String, SequencedMap<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
  private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** By path, given anew by each write. */
  private final Map<String, String> tags = new ConcurrentHashMap<>();

  private final Map<String, String> digests = new ConcurrentHashMap<>();

  /** By path. Buckets are keys without a second slash. */
  final Map<String, byte[]> objects = new ConcurrentHashMap<>();

  FakeS3() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The next requests of a method meet these, in order. */
  void next(String method, Fault... planned) {
    faults
        .computeIfAbsent(method, _ -> new ConcurrentLinkedQueue<>())
        .addAll(new ArrayDeque<>(Arrays.asList(planned)));
  }

  /** How many requests of a method came. */
  int asked(String method) {
    return asked.computeIfAbsent(method, _ -> new AtomicInteger()).get();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var method = exchange.getRequestMethod();
    asked.computeIfAbsent(method, _ -> new AtomicInteger()).incrementAndGet();
    var fault =
        Optional.ofNullable(
            faults.computeIfAbsent(method, _ -> new ConcurrentLinkedQueue<>()).poll());
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      switch (fault.orElse(Fault.OPAQUE_ETAG)) {
        case SLOW_DOWN -> error(exchange, 503, "SlowDown");
        case SLOW_DOWN_A_SECOND -> slowDown(exchange, "1");
        case SLOW_DOWN_AN_HOUR -> slowDown(exchange, "3600");
        case TOO_MANY_REQUESTS -> error(exchange, 429, "TooManyRequests");
        case FORBIDDEN -> error(exchange, 403, "AccessDenied");
        case DROPPED -> {}
        case HANGS -> hang();
        case ANSWER_LOST -> perform(exchange, body);
        case CUT_OFF -> send(exchange, perform(exchange, body), Fault.CUT_OFF);
        case TRUNCATED -> send(exchange, perform(exchange, body), Fault.TRUNCATED);
        case FLIPPED -> send(exchange, perform(exchange, body), Fault.FLIPPED);
        case OPAQUE_ETAG -> send(exchange, perform(exchange, body), Fault.OPAQUE_ETAG);
      }
    }
  }

  private void slowDown(HttpExchange exchange, String retryAfter) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", retryAfter);
    error(exchange, 503, "SlowDown");
  }

  private void hang() {
    try {
      var _ = closed.await(LONGEST_HANG_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Result(int status, byte[] body) {}

  private Result perform(HttpExchange exchange, byte[] body) {
    var path = exchange.getRequestURI().getPath();
    var query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    return switch (exchange.getRequestMethod()) {
      case "PUT" -> query.contains("uploadId=") ? part(query, body) : put(exchange, path, body);
      case "POST" -> query.contains("uploadId=") ? complete(path, query) : begin(path);
      case "DELETE" -> {
        objects.remove(path);
        yield new Result(204, new byte[0]);
      }
      default -> get(exchange, path);
    };
  }

  private Result put(HttpExchange exchange, String path, byte[] body) {
    var headers = exchange.getRequestHeaders();
    var announced = headers.getFirst("x-amz-checksum-crc32");
    if (announced != null && !announced.equals(crc32(body))) {
      return new Result(400, xml("BadDigest"));
    }
    if (headers.getFirst("If-None-Match") == null) {
      objects.put(path, body);
    } else if (objects.putIfAbsent(path, body) != null) {
      return new Result(412, xml("PreconditionFailed"));
    }
    tags.put(path, UUID.randomUUID().toString());
    digests.put(path, Optional.ofNullable(headers.getFirst(OWN_TAG)).orElse(""));
    return new Result(200, new byte[0]);
  }

  private Result begin(String path) {
    var id = UUID.randomUUID().toString();
    uploads.put(id, new TreeMap<>());
    return new Result(200, xml("InitiateMultipartUploadResult", path, "UploadId", id));
  }

  private Result part(String query, byte[] body) {
    var upload = uploads.get(value(query, "uploadId"));
    if (upload == null) {
      return new Result(404, xml("NoSuchUpload"));
    }
    synchronized (upload) {
      upload.put(Integer.parseInt(value(query, "partNumber")), body);
    }
    return new Result(200, new byte[0]);
  }

  private Result complete(String path, String query) {
    var upload = uploads.remove(value(query, "uploadId"));
    if (upload == null) {
      return new Result(404, xml("NoSuchUpload"));
    }
    var whole = new ByteArrayOutputStream();
    upload.values().forEach(whole::writeBytes);
    objects.put(path, whole.toByteArray());
    tags.put(path, "x-2");
    return new Result(200, xml("CompleteMultipartUploadResult", path, "ETag", "x-2"));
  }

  private Result get(HttpExchange exchange, String path) {
    var found = objects.get(path);
    if (found == null) {
      return new Result(404, xml(path.indexOf('/', 1) < 0 ? "NoSuchBucket" : "NoSuchKey"));
    }
    var range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      return new Result(200, found);
    }
    int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
    var end = range.replaceAll("bytes=\\d+-", "");
    int to = end.isEmpty() ? found.length : Integer.parseInt(end) + 1;
    return new Result(206, Arrays.copyOfRange(found, from, to));
  }

  private void send(HttpExchange exchange, Result result, Fault fault) throws IOException {
    var body = result.body();
    if (fault == Fault.FLIPPED) {
      body = body.clone();
      body[body.length / 2] ^= 1;
    }
    if (fault == Fault.TRUNCATED) {
      body = Arrays.copyOf(body, body.length - 1);
    }
    var headers = exchange.getResponseHeaders();
    var path = exchange.getRequestURI().getPath();
    headers.set("ETag", "\"%s\"".formatted(tags.getOrDefault(path, "none")));
    var digest = digests.getOrDefault(path, "");
    if (!digest.isEmpty()) {
      headers.set(OWN_TAG, digest);
    }
    headers.set("Last-Modified", "Thu, 26 Nov 2026 22:00:00 GMT");
    headers.set("Content-Type", result.status() < 300 ? "binary/octet-stream" : "application/xml");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(result.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(result.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      int sent = fault == Fault.CUT_OFF ? body.length / 2 : body.length;
      exchange.getResponseBody().write(body, 0, sent);
      exchange.getResponseBody().flush();
    }
  }

  private void error(HttpExchange exchange, int status, String code) throws IOException {
    send(exchange, new Result(status, xml(code)), Fault.OPAQUE_ETAG);
  }

  private static byte[] xml(String root, String path, String name, String value) {
    int slash = path.indexOf('/', 1);
    return "<%1$s><Location>%2$s</Location><Bucket>%3$s</Bucket><Key>%4$s</Key><%5$s>%6$s</%5$s></%1$s>"
        .formatted(root, path, path.substring(1, slash), path.substring(slash + 1), name, value)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] xml(String code) {
    return "<Error><Code>%s</Code><Message>internal text</Message></Error>"
        .formatted(code)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String value(String query, String name) {
    return query.replaceAll("(?:.*&)?" + name + "=([^&]*).*", "$1");
  }

  private static String crc32(byte[] body) {
    var crc = new CRC32();
    crc.update(body);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
