package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.credentials.StaticProvider;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signed as the SDK signs it, to the last digit. */
class SignedGetsTest {
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
                .body(ResponseBody.create("x", MediaType.get("application/octet-stream")))
                .build();
          })
          .build();

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9000, us-east-1, data",
    "http://127.0.0.1:9000, us-east-1, ''",
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
        asked.clear();
        var key = prefix.isEmpty() ? PATH : prefix + "/" + PATH;
        client.getObject(GetObjectArgs.builder().bucket("bucket").object(key).build()).close();
        var theirs = asked.getLast();
        var moment = MOMENT.parse(theirs.header("x-amz-date"), Instant::from);

        var gets = new SignedGets(address, client, http, Clock.fixed(moment, ZoneOffset.UTC));
        for (int i = 0; i < 2; i++) { // the second by what the first has kept
          gets.get(PATH).close();
          var ours = asked.getLast();
          assertThat(ours).isNotSameAs(theirs);
          assertThat(ours.url()).isEqualTo(theirs.url());
          for (var header :
              List.of("x-amz-content-sha256", "x-amz-security-token", "Authorization")) {
            assertThat(ours.header(header)).as(header).isEqualTo(theirs.header(header));
          }
        }
      }
    }
  }
}
