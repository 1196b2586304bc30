package dev.fovea.dvc.remote;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.HmacSha256;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Requests to an S3, without a body or with one whose SHA-256 is known, signed by Signature Version
 * 4 (AWS, "Authenticating Requests: Authorization Header"). The SDK does the same, and needs half
 * of the processor time of a whole pull for it: it reads every request back by regular expressions,
 * and makes a key for each where one holds for a day.
 */
final class SignedRequests {
  private static final Body NOTHING =
      new Body(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "content-md5",
          "1B2M2Y8AsgTpgAmY7PhCfg==");
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DAY = 8;

  private final S3Address address;
  private final MinioClient client;
  private final Clock clock;
  private final AtomicReference<Base> base = new AtomicReference<>();
  private final AtomicReference<DaysKey> key = new AtomicReference<>();

  SignedRequests(S3Address address, MinioClient client, Clock clock) {
    this.address = address;
    this.client = client;
    this.clock = clock;
  }

  /**
   * A request to be sent as it is.
   *
   * @param headers all but {@code Host}
   */
  record Signed(String method, URI url, Map<String, String> headers) {}

  /**
   * What stands before the path of each object.
   *
   * @param server scheme and host, as they are sent
   * @param bucket the path of the bucket, without {@code /} at its end
   * @param prefix of all objects, escaped, with {@code /} at both ends
   */
  private record Base(String server, String host, String bucket, String prefix) {}

  /**
   * What a request sends.
   *
   * @param sha256 in hex
   * @param header that says something of it and is signed before all others
   * @param value of that header
   */
  private record Body(String sha256, String header, String value) {}

  /** A signing key, which is one day's. */
  private record DaysKey(String day, HmacSha256 key) {}

  /**
   * Asks for an object.
   *
   * @param method {@code GET} or {@code HEAD}
   * @param path of the object below the prefix, of characters that no URL escapes
   */
  Signed object(String method, String path) throws IOException {
    var to = base();
    return signed(to, method, to.bucket + to.prefix + path, "", NOTHING);
  }

  /**
   * Sends an object. The store refuses other bytes than those of the digest.
   *
   * @param path of the object below the prefix, of characters that no URL escapes
   */
  Signed put(String path, Digest of) throws IOException {
    var to = base();
    return signed(
        to,
        "PUT",
        to.bucket + to.prefix + path,
        "",
        new Body(of.hex(), "content-type", "application/octet-stream"));
  }

  /**
   * Asks the bucket.
   *
   * @param query by name; values are escaped here
   */
  Signed bucket(SortedMap<String, String> query) throws IOException {
    var to = base();
    var text =
        query.entrySet().stream()
            .map(each -> escaped(each.getKey()) + "=" + escaped(each.getValue()))
            .collect(Collectors.joining("&"));
    return signed(to, "GET", to.bucket.isEmpty() ? "/" : to.bucket, text, NOTHING);
  }

  private Signed signed(Base to, String method, String path, String query, Body body) {
    var moment = MOMENT.format(clock.instant());
    var headers = new LinkedHashMap<String, String>();
    headers.put(body.header, body.value);
    headers.put("x-amz-content-sha256", body.sha256);
    headers.put("x-amz-date", moment);
    headers.put("Accept-Encoding", "identity");
    address.session().ifPresent(token -> headers.put("x-amz-security-token", token));
    headers.put("Authorization", authorization(to, method, path, query, body, moment));
    var url = URI.create(to.server + path + (query.isEmpty() ? "" : "?" + query));
    return new Signed(method, url, headers);
  }

  /** The SDK knows which store wants the bucket in its path, and which in its name. */
  private Base base() throws IOException {
    var known = base.get();
    if (known != null) {
      return known;
    }
    var folder = address.prefix().isEmpty() ? "" : address.prefix() + "/";
    try {
      var of = URI.create(presigned(folder + "x"));
      var root = URI.create(presigned("x")).getRawPath();
      var bucket = root.substring(0, root.length() - "/x".length());
      var path = of.getRawPath();
      var prefix = path.substring(bucket.length(), path.length() - 1);
      boolean usual = of.getPort() < 0 || of.getPort() == usualPort(of.getScheme());
      var host = usual ? of.getHost() : of.getHost() + ":" + of.getPort();
      var found = new Base(of.getScheme() + "://" + host, host, bucket, prefix);
      base.set(found);
      return found;
    } catch (MinioException e) {
      throw new IOException(address.toString(), e);
    }
  }

  private static int usualPort(String scheme) {
    return "https".equals(scheme) ? 443 : 80;
  }

  private String presigned(String key) throws MinioException {
    return client.getPresignedObjectUrl(
        GetPresignedObjectUrlArgs.builder()
            .method(Http.Method.GET)
            .bucket(address.bucket())
            .object(key)
            .build());
  }

  private String authorization(
      Base to, String method, String path, String query, Body body, String moment) {
    boolean expires = address.session().isPresent();
    var signed =
        (body.header + ";host;x-amz-content-sha256;x-amz-date")
            + (expires ? ";x-amz-security-token" : "");
    // By no format: this is done for each of a million files.
    var canonical =
        method
            + ("\n" + path + "\n" + query + "\n" + body.header + ":" + body.value)
            + ("\nhost:" + to.host)
            + ("\nx-amz-content-sha256:" + body.sha256 + "\nx-amz-date:" + moment + "\n")
            + address.session().map(token -> "x-amz-security-token:" + token + "\n").orElse("")
            + ("\n" + signed + "\n" + body.sha256);
    var day = moment.substring(0, DAY);
    var scope = day + "/" + address.region() + "/s3/aws4_request";
    var sha256 = Digest.hasher().digest(canonical.getBytes(StandardCharsets.UTF_8));
    var toSign =
        "AWS4-HMAC-SHA256\n" + moment + "\n" + scope + "\n" + HexFormat.of().formatHex(sha256);
    var signature = key(day).hex(toSign);
    return "AWS4-HMAC-SHA256 Credential="
        + (address.accessKey() + "/" + scope)
        + (", SignedHeaders=" + signed + ", Signature=" + signature);
  }

  /** As AWS wants it: of all that is no letter, digit or one of {@code -._~}. */
  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private HmacSha256 key(String day) {
    var known = key.get();
    if (known != null && known.day.equals(day)) {
      return known.key;
    }
    var secret = HmacSha256.keyed("AWS4" + address.secretKey());
    for (var part : new String[] {day, address.region(), "s3", "aws4_request"}) {
      secret = new HmacSha256(secret.of(part));
    }
    key.set(new DaysKey(day, secret));
    return secret;
  }
}
