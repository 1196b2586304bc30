package dev.fovea.store.s3;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A {@code PUT} signed by AWS Signature Version 4, with exactly the given body and headers: MinIO's
 * client writes checksums of its own, and names the location {@code us-east-1} in the body of each
 * bucket that it makes, which Versity refuses, as AWS does.
 */
record SignedRequest(String accessKey, String secretKey) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String REGION = "us-east-1";

  /** The answer's status. */
  int put(URI uri, byte[] body, Map<String, String> headers) throws Exception {
    var time = TIME.format(Clock.systemUTC().instant());
    var day = time.substring(0, 8);
    var digest = Digest.sha256(body).hex();
    var signed = new TreeMap<>(headers);
    signed.put("host", uri.getAuthority());
    signed.put("x-amz-content-sha256", digest);
    signed.put("x-amz-date", time);
    var names = String.join(";", signed.keySet());
    var lines =
        signed.entrySet().stream()
            .map(header -> header.getKey() + ":" + header.getValue() + "\n")
            .collect(Collectors.joining());
    var canonical = String.join("\n", "PUT", uri.getRawPath(), "", lines, names, digest);
    var scope = "%s/%s/s3/aws4_request".formatted(day, REGION);
    var toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope, sha256(canonical));
    var key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
    for (var part : new String[] {day, REGION, "s3", "aws4_request"}) {
      key = hmac(key, part);
    }
    var request =
        HttpRequest.newBuilder(uri)
            .PUT(BodyPublishers.ofByteArray(body))
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=%s,Signature=%s"
                    .formatted(
                        accessKey, scope, names, HexFormat.of().formatHex(hmac(key, toSign))));
    signed.remove("host"); // the client writes it
    signed.forEach(request::header);
    return status(request.build());
  }

  private static int status(HttpRequest request) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  private static String sha256(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
