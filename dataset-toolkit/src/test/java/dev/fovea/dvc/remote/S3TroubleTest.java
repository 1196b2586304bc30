package dev.fovea.dvc.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.remote.FlakyS3.Trouble;
import dev.fovea.dvc.remote.Remote.Upload;
import dev.fovea.kernel.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that is busy, silent, cuts off, goes away and comes back. */
@Timeout(30)
class S3TroubleTest {
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(40);
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path folder;
  private FlakyS3 store;
  private S3Remote remote;
  private Upload object;

  @BeforeEach
  void open() throws IOException {
    store = new FlakyS3();
    remote = new S3Remote(store.address(), PATIENCE, FIRST_PAUSE);
    object = upload(CONTENT);
  }

  @AfterEach
  void close() throws IOException {
    remote.close();
    store.close();
  }

  private Upload upload(byte[] content) throws IOException {
    var name = Md5.hex(content);
    return new Upload(name, Files.write(folder.resolve(name), content), content.length);
  }

  private byte[] bytes(Upload object) throws IOException {
    try (var in = remote.open(object.name()).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  static Stream<Named<Trouble>> thatPasses() {
    return Stream.of(
        Named.of("503", FlakyS3.error(503, "SlowDown")),
        Named.of("429", FlakyS3.error(429, "TooManyRequests")),
        Named.of("500", FlakyS3.error(500, "InternalError")),
        Named.of("400 RequestTimeout", FlakyS3.error(400, "RequestTimeout")),
        Named.of("dropped", FlakyS3.dropped()),
        Named.of("answer lost", FlakyS3.answerLost()),
        Named.of("silent", FlakyS3.silent(2 * PATIENCE.toMillis())));
  }

  @ParameterizedTest
  @MethodSource("thatPasses")
  void isAskedAgainForEverything(Trouble trouble) throws Exception {
    store.next("PUT", trouble);
    remote.put(object);
    store.next("GET", trouble);
    assertThat(bytes(object)).isEqualTo(CONTENT);
    store.next("HEAD", FlakyS3.error(503, "SlowDown"));
    assertThat(remote.has(object.name())).isTrue();
    store.next("GET", trouble);
    var listed = new ArrayList<String>();
    remote.list(object.name().substring(0, 2), each -> listed.add(each.name()));
    assertThat(listed).as("told of once").containsExactly(object.name());

    store.next("PUT", trouble);
    remote.mark("push-1", "now");
    store.next("GET", trouble);
    assertThat(remote.markers()).containsExactly(new Remote.Marker("push-1", "now"));
    store.next("DELETE", trouble);
    remote.unmark("push-1");
    store.next("POST", trouble);
    remote.remove(List.of(object.name()));
    assertThat(store.objects).isEmpty();
  }

  @Test
  void isLeftAloneAsLongAsItWants() throws IOException {
    store.next("PUT", FlakyS3.error(503, "SlowDown", "Retry-After", "1"));
    long begun = System.nanoTime();
    remote.put(object);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(store.asked("PUT")).isEqualTo(2);
  }

  @Test
  void isGivenUpAtOnceWhereItWantsToBeLeftAloneForLong() {
    store.next("PUT", FlakyS3.error(429, "SlowDown", "Retry-After", "3600"));
    assertThatThrownBy(() -> remote.put(object))
        .isInstanceOfSatisfying(
            RemoteUnavailable.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.UNAVAILABLE);
              assertThat(problem)
                  .hasMessageContaining("s3://bucket/data at http://127.0.0.1:")
                  .hasMessageContaining("asked once")
                  .hasMessageContaining("it wants to be asked in 3600 s");
              assertThat(problem.remedy()).contains("then repeat");
            });
    assertThat(store.asked("PUT")).isEqualTo(1);
  }

  @Test
  void tellsOfEachKeyOnceWhenAPageIsAskedForAgain() throws IOException {
    var names =
        IntStream.range(0, 2_500)
            .mapToObj(i -> "ab" + Md5.hex(Integer.toString(i).getBytes(UTF_8)).substring(2))
            .sorted()
            .toList();
    names.forEach(name -> store.objects.put("data/files/md5/ab/" + name.substring(2), CONTENT));
    store.objects.put("data/files/md5/ab/no object's name", CONTENT);
    store.next("GET", FlakyS3.none(), FlakyS3.error(503, "SlowDown"), FlakyS3.dropped());
    var told = new ArrayList<String>();
    remote.list("ab", listed -> told.add(listed.name()));
    assertThat(told).isEqualTo(names);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<Contents><Key>data/files/md5/ab/c</Key><Size>1</Size><LastModified>2026-11-26T22:00:00Z</LastModified></Contents>"
      })
  void isNotAskedForEverForPagesThatNeverEnd(String contents) {
    var page =
        """
        <ListBucketResult><IsTruncated>true</IsTruncated>\
        <NextContinuationToken>on</NextContinuationToken>%s</ListBucketResult>
        """
            .formatted(contents);
    for (int i = 0; i < 200; i++) {
      store.next("GET", FlakyS3.answering(page));
    }
    assertThatThrownBy(() -> remote.list("ab", _ -> {}))
        .isInstanceOf(RemoteUnavailable.class)
        .hasMessageContaining("lists the keys of data/files/md5/ab without end: 101 pages");
  }

  @Test
  void saysThatABucketIsNotThereRatherThanEmpty() {
    store.next("GET", FlakyS3.error(404, "NoSuchBucket"), FlakyS3.error(404, "NoSuchBucket"));
    assertThatThrownBy(() -> remote.list("ab", _ -> {}))
        .isInstanceOf(RemoteRefused.class)
        .hasMessageContaining("NoSuchBucket");
  }

  @Test
  void isNotAskedAgainWhereItForbids() {
    store.next("PUT", FlakyS3.error(403, "AccessDenied"));
    assertThatThrownBy(() -> remote.put(object))
        .isInstanceOf(RemoteRefused.class)
        .hasMessageContaining("AccessDenied (HTTP 403)");
    assertThat(store.asked("PUT")).isEqualTo(1);
  }

  @Test
  void isWaitedForWhenItGoesAwayAndComesBack() throws Exception {
    remote.put(object);
    store.stop();
    var back =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(200);
                store.start();
              } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(remote.has(object.name())).isTrue();
    back.join();
  }

  @Test
  void goesOnWhereABodyWasCutShort() throws IOException {
    remote.put(object);
    int before = store.asked("GET");
    store.next(
        "GET",
        FlakyS3.cutAt(0, 0),
        FlakyS3.cutAt(1, 0),
        FlakyS3.cutAt(100_000, 0),
        FlakyS3.cutAt(100_000, 2 * PATIENCE.toMillis()));
    assertThat(bytes(object)).isEqualTo(CONTENT);
    assertThat(store.asked("GET") - before).isEqualTo(5);
  }

  @Test
  void saysWhereABodyAlwaysBreaksOff() throws IOException {
    remote.put(object);
    store.next("GET", FlakyS3.cutAt(1000, 0));
    for (int i = 0; i < 8; i++) {
      store.next("GET", FlakyS3.cutAt(0, 0));
    }
    assertThatThrownBy(() -> bytes(object))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the object %s at s3://bucket/data".formatted(object.name()))
        .hasMessageContaining("broke off at byte 1000");
  }

  /** 10 MB of zeros in 10 KB: whoever unpacks on its own would be told to unpack anything. */
  @Test
  void isBelievedNoEncoding() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(packed)) {
      zip.write(new byte[10 << 20]);
    }
    var bomb = upload(packed.toByteArray());
    remote.put(bomb);
    store.next(
        "GET",
        (exchange, kept) -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          var body = kept.answer().body();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        });
    assertThat(bytes(bomb)).hasSize(packed.size()).isEqualTo(packed.toByteArray());
  }

  static Stream<Named<Trouble>> thatEndsAnUpload() {
    return Stream.of(
        Named.of("503", FlakyS3.error(503, "SlowDown")),
        Named.of("dropped", FlakyS3.dropped()),
        Named.of("an error under the status of success", FlakyS3.error(200, "InternalError")));
  }

  @ParameterizedTest
  @MethodSource("thatEndsAnUpload")
  void hasAnObjectInPartsWholeOrNotAtAll(Trouble trouble) throws IOException {
    var content = new byte[11 << 20];
    new Random(2).nextBytes(content);
    var large = upload(content);
    store.next("PUT", FlakyS3.error(503, "SlowDown"));
    // The first begins it, the second would complete it.
    store.next("POST", FlakyS3.none(), FlakyS3.none(), trouble);
    remote.put(large);
    assertThat(bytes(large)).isEqualTo(content);
    assertThat(store.objects).hasSize(1);
  }
}
