package dev.fovea.dvc.remote;

import dev.fovea.dvc.remote.SignedRequests.Signed;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads from an S3, and sends packs, by the JDK's simplest client: a pull of small files spends its
 * time there, and OkHttp wakes a thread of its own after each answer. Whatever is no plain answer
 * is left to the SDK, which reads what stores say about it.
 */
final class S3Reader {
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int BEHIND_THE_END = 416;
  private static final int NOT_FOUND = 404;
  private static final int PAGE = 1000;
  private static final Duration CONNECTING = Duration.ofSeconds(5);

  private final SignedRequests requests;
  private final Duration patience;
  private final BiConsumer<Integer, @Nullable String> heard;

  /**
   * @param patience how long the store may be silent
   * @param heard is told each status, and its {@code Retry-After}
   */
  S3Reader(
      SignedRequests requests, Duration patience, BiConsumer<Integer, @Nullable String> heard) {
    this.requests = requests;
    this.patience = patience;
    this.heard = heard;
  }

  /** What a store has said. */
  sealed interface Answer<T> {
    record Found<T>(T what) implements Answer<T> {}

    record Absent<T>() implements Answer<T> {}

    /** Something that the SDK has to read. */
    record Other<T>() implements Answer<T> {}
  }

  /**
   * An object that has begun to come.
   *
   * @param size in bytes, or more where the store does not say
   */
  record Opened(InputStream bytes, long size) {}

  /** An object as the store describes it. */
  record Described(long size, Instant modified) {}

  /**
   * @param path of the object below the prefix, of characters that no URL escapes
   */
  Answer<Opened> open(String path) throws IOException {
    var connection = connect(requests.object("GET", path));
    var status = status(connection);
    if (status != OK) {
      return refused(connection, status);
    }
    long size = connection.getContentLengthLong();
    return new Answer.Found<>(
        new Opened(connection.getInputStream(), size < 0 ? Long.MAX_VALUE : size));
  }

  /**
   * Some bytes of an object; fewer where it ends before.
   *
   * @param path of the object below the prefix, of characters that no URL escapes
   */
  Answer<byte[]> part(String path, long offset, int length) throws IOException {
    var connection = connect(requests.object("GET", path));
    connection.setRequestProperty("Range", "bytes=%d-%d".formatted(offset, offset + length - 1));
    var status = status(connection);
    if (status == BEHIND_THE_END) {
      refused(connection, status);
      return new Answer.Found<>(new byte[0]);
    }
    if (status != OK && status != PARTIAL) {
      return refused(connection, status);
    }
    long said = connection.getContentLengthLong();
    try (var in = connection.getInputStream()) {
      if (status == OK) {
        // A store may give everything where a part was asked for.
        in.skipNBytes(offset);
      }
      var part = in.readNBytes(length);
      if (status == PARTIAL && said > part.length) {
        throw new IOException(
            "%s: broke off at byte %d of %d".formatted(path, offset + part.length, offset + said));
      }
      return new Answer.Found<>(part);
    }
  }

  /**
   * Sends the first bytes of an array.
   *
   * @param path of the object below the prefix, of characters that no URL escapes
   * @return whether they are there; where not, the SDK hears why
   */
  boolean put(String path, byte[] bytes, int length, Digest sha256) throws IOException {
    var connection = connect(requests.put(path, sha256));
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(length);
    try (var to = connection.getOutputStream()) {
      to.write(bytes, 0, length);
    }
    var status = status(connection);
    if (status != OK) {
      refused(connection, status);
      return false;
    }
    connection.getInputStream().close();
    return true;
  }

  Answer<Described> describe(String path) throws IOException {
    var connection = connect(requests.object("HEAD", path));
    var status = status(connection);
    if (status != OK) {
      return refused(connection, status);
    }
    connection.getInputStream().close();
    var modified = modified(connection.getHeaderField("Last-Modified"));
    long size = connection.getContentLengthLong();
    return modified.isEmpty() || size < 0
        ? new Answer.Other<>()
        : new Answer.Found<>(new Described(size, modified.get()));
  }

  /**
   * The next keys that begin so; at most 1000.
   *
   * @param after what the page before said, or empty
   */
  Answer<S3Listing> list(String prefix, Optional<String> after) throws IOException {
    SortedMap<String, String> query = new TreeMap<>();
    query.put("list-type", "2");
    query.put("encoding-type", "url");
    query.put("max-keys", String.valueOf(PAGE));
    query.put("prefix", prefix);
    after.ifPresent(token -> query.put("continuation-token", token));
    var connection = connect(requests.bucket(query));
    var status = status(connection);
    if (status != OK) {
      // A bucket that is not there is no empty one.
      refused(connection, status);
      return new Answer.Other<>();
    }
    try (var in = connection.getInputStream()) {
      return new Answer.Found<>(S3Listing.read(in));
    }
  }

  private HttpURLConnection connect(Signed request) throws IOException {
    var connection = (HttpURLConnection) request.url().toURL().openConnection();
    connection.setRequestMethod(request.method());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(Math.toIntExact(CONNECTING.toMillis()));
    connection.setReadTimeout(Math.toIntExact(patience.toMillis()));
    request.headers().forEach(connection::setRequestProperty);
    return connection;
  }

  private int status(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    heard.accept(status, connection.getHeaderField("Retry-After"));
    return status;
  }

  private static <T> Answer<T> refused(HttpURLConnection connection, int status)
      throws IOException {
    var said = connection.getErrorStream();
    if (said != null) {
      said.close();
    }
    if (Persistence.LATER.contains(status)) {
      throw new IOException("HTTP " + status);
    }
    return status == NOT_FOUND ? new Answer.Absent<>() : new Answer.Other<>();
  }

  private static Optional<Instant> modified(@Nullable String header) {
    try {
      return Optional.ofNullable(header)
          .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
