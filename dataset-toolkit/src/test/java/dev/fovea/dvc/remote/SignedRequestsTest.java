package dev.fovea.dvc.remote;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.remote.SignedRequests.Signed;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.StatObjectArgs;
import io.minio.credentials.StaticProvider;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signed as the SDK signs it, to the last digit. */
class SignedRequestsTest {
  private static final String PATH = "files/md5/ab/cdef0123456789abcdef0123456789ab.dir";
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final List<Request> asked = new ArrayList<>();
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .addInterceptor(chain -> {
            asked.add(chain.request());
            return new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .header("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT")
                .body(
                    ResponseBody.create(
                        "<ListBucketResult/>", MediaType.get("application/octet-stream")))
                .build();
          })
          .build();

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9000, us-east-1, data",
    "http://127.0.0.1:9000, us-east-1, ''",
    "http://127.0.0.1:80, us-east-1, a/b",
    "https://store.example.org, eu-x, a b/größe + 100 %",
    "https://s3.eu-central-1.amazonaws.com, eu-central-1, data",
    "https://s3.eu-central-1.amazonaws.com, eu-central-1, 日本/~x*'()",
  })
  void isWhatTheSdkSends(String endpoint, String region, String prefix) throws Exception {
    for (var session : List.of(Optional.<String>empty(), Optional.of("a token/+="))) {
      var address =
          new S3Address(
              URI.create(endpoint), region, "bucket", prefix, "AKIDEXAMPLE", "secret/+", session);
      try (var client =
          MinioClient.builder()
              .endpoint(endpoint)
              .region(region)
              .credentialsProvider(
                  new StaticProvider("AKIDEXAMPLE", "secret/+", session.orElse(null)))
              .httpClient(http)
              .build()) {
        var key = prefix.isEmpty() ? PATH : prefix + "/" + PATH;
        client.getObject(GetObjectArgs.builder().bucket("bucket").object(key).build()).close();
        var get = asked.getLast();
        client.statObject(StatObjectArgs.builder().bucket("bucket").object(key).build());
        var head = asked.getLast();
        var list =
            ListObjectsArgs.builder()
                .bucket("bucket")
                .prefix(prefix + "/files/md5/ab")
                .continuationToken("a+b/c=~*é")
                .maxKeys(1000)
                .recursive(true)
                .build();
        client.listObjects(list).iterator().hasNext();
        var page = asked.getLast();
        var query = new TreeMap<String, String>();
        page.url()
            .queryParameterNames()
            .forEach(name -> query.put(name, requireNonNull(page.url().queryParameter(name))));
        assertThat(query)
            .containsEntry("list-type", "2")
            .containsEntry("prefix", prefix + "/files/md5/ab");

        for (int i = 0; i < 2; i++) { // the second by what the first has kept
          same(requests(address, client, get).object("GET", PATH), get);
          same(requests(address, client, head).object("HEAD", PATH), head);
          same(requests(address, client, page).bucket(query), page);
        }
      }
    }
  }

  private static SignedRequests requests(S3Address address, MinioClient client, Request theirs) {
    var moment = MOMENT.parse(requireNonNull(theirs.header("x-amz-date")), Instant::from);
    return new SignedRequests(address, client, Clock.fixed(moment, ZoneOffset.UTC));
  }

  private static void same(Signed ours, Request theirs) {
    assertThat(ours.method()).isEqualTo(theirs.method());
    assertThat(ours.url().getRawPath()).isEqualTo(theirs.url().encodedPath());
    for (var header : List.of("x-amz-content-sha256", "x-amz-security-token", "Authorization")) {
      assertThat(ours.headers().get(header)).as(header).isEqualTo(theirs.header(header));
    }
  }
}
