package dev.fovea.dvc.remote;

import dev.fovea.kernel.Digest;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Asks an S3 for objects, signed by Signature Version 4 (AWS, "Authenticating Requests:
 * Authorization Header"). The SDK does the same, and needs half of the processor time of a whole
 * pull for it: it reads every request back by regular expressions, and makes a key for each where
 * one holds for a day.
 */
final class SignedGets {
  private static final String NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String NOTHINGS_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg==";
  private static final String ALGORITHM = "HmacSHA256";
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DAY = 8;

  private final S3Address address;
  private final MinioClient client;
  private final OkHttpClient http;
  private final Clock clock;
  private final AtomicReference<Base> base = new AtomicReference<>();
  private final AtomicReference<DaysKey> key = new AtomicReference<>();

  SignedGets(S3Address address, MinioClient client, OkHttpClient http, Clock clock) {
    this.address = address;
    this.client = client;
    this.http = http;
    this.clock = clock;
  }

  /**
   * What stands before the path of each object.
   *
   * @param url up to the object's path
   * @param path the same, without scheme and host, as it is sent
   * @param host as it is sent
   */
  private record Base(String url, String path, String host) {}

  /** A signing key, which is one day's. */
  private record DaysKey(String day, SecretKeySpec key) {}

  /**
   * Asks for an object, and answers whatever the store does.
   *
   * @param path of the object below the prefix, of characters that no URL escapes
   */
  Response get(String path) throws IOException {
    var to = base();
    var moment = MOMENT.format(clock.instant());
    var request =
        new Request.Builder()
            .url(to.url + path)
            .header("Content-MD5", NOTHINGS_MD5)
            .header("x-amz-content-sha256", NOTHING)
            .header("x-amz-date", moment)
            .header("Accept-Encoding", "identity")
            .header("Authorization", authorization(to, path, moment));
    address.session().ifPresent(token -> request.header("x-amz-security-token", token));
    return http.newCall(request.build()).execute();
  }

  /** The SDK knows which store wants the bucket in its path, and which in its name. */
  private Base base() throws IOException {
    var known = base.get();
    if (known != null) {
      return known;
    }
    var last = "x";
    var key = address.prefix().isEmpty() ? last : address.prefix() + "/" + last;
    try {
      var url =
          HttpUrl.get(
              client.getPresignedObjectUrl(
                  GetPresignedObjectUrlArgs.builder()
                      .method(Http.Method.GET)
                      .bucket(address.bucket())
                      .object(key)
                      .build()));
      var path = url.encodedPath();
      var folder = path.substring(0, path.length() - last.length());
      boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
      var host = usual ? url.host() : url.host() + ":" + url.port();
      var found = new Base(url.scheme() + "://" + host + folder, folder, host);
      base.set(found);
      return found;
    } catch (MinioException e) {
      throw new IOException(address.toString(), e);
    }
  }

  private String authorization(Base to, String path, String moment) {
    boolean expires = address.session().isPresent();
    var signed =
        "content-md5;host;x-amz-content-sha256;x-amz-date"
            + (expires ? ";x-amz-security-token" : "");
    // By no format: this is done for each of a million files.
    var canonical =
        "GET\n"
            + (to.path + path + "\n\ncontent-md5:" + NOTHINGS_MD5 + "\nhost:" + to.host)
            + ("\nx-amz-content-sha256:" + NOTHING + "\nx-amz-date:" + moment + "\n")
            + address.session().map(token -> "x-amz-security-token:" + token + "\n").orElse("")
            + ("\n" + signed + "\n" + NOTHING);
    var day = moment.substring(0, DAY);
    var scope = day + "/" + address.region() + "/s3/aws4_request";
    var toSign =
        "AWS4-HMAC-SHA256\n"
            + moment
            + "\n"
            + scope
            + "\n"
            + Digest.sha256(canonical.getBytes(StandardCharsets.UTF_8)).hex();
    var signature = HexFormat.of().formatHex(mac(key(day), toSign));
    return "AWS4-HMAC-SHA256 Credential="
        + (address.accessKey() + "/" + scope)
        + (", SignedHeaders=" + signed + ", Signature=" + signature);
  }

  private SecretKeySpec key(String day) {
    var known = key.get();
    if (known != null && known.day.equals(day)) {
      return known.key;
    }
    var secret =
        new SecretKeySpec(
            ("AWS4" + address.secretKey()).getBytes(StandardCharsets.UTF_8), ALGORITHM);
    for (var part : new String[] {day, address.region(), "s3", "aws4_request"}) {
      secret = new SecretKeySpec(mac(secret, part), ALGORITHM);
    }
    key.set(new DaysKey(day, secret));
    return secret;
  }

  private static byte[] mac(SecretKeySpec key, String text) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
