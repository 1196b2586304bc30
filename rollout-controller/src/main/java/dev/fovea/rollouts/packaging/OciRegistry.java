package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.packaging.RegistryConnection.Answered;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/**
 * A registry that speaks the OCI distribution specification 1.1. A request that may succeed later
 * is made again, after what the registry asks for or a time that doubles; a blob whose sending
 * broke is sent from its beginning.
 */
final class OciRegistry implements ImageRegistry {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final String DIGEST = "Docker-Content-Digest";

  private final RegistrySettings settings;
  private final Pause pause;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(Version.HTTP_1_1)
          .followRedirects(Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  /** Waits between attempts. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  @FunctionalInterface
  private interface Attempt<T> {
    T make() throws IOException, InterruptedException;
  }

  OciRegistry(RegistrySettings settings, Pause pause) {
    this.settings = settings;
    this.pause = pause;
  }

  @Override
  public void push(BuiltImage image, ImageName name) throws IOException {
    var registry = new RegistryConnection(http, settings, settings.repository(name));
    try {
      if (attempted(() -> tagged(registry, image.manifest(), name.tag()))) {
        return;
      }
      for (var blob : image.blobs()) {
        attempted(() -> {
          if (!there(registry, registry.uri("blobs/" + blob.digest()))) {
            send(registry, image, blob);
          }
          return true;
        });
      }
      attempted(() -> enter(registry, image, name.tag()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("image %s: interrupted".formatted(name), e);
    }
  }

  @Override
  public String reference(ImageName name, Digest manifest) {
    return "%s/%s@%s".formatted(settings.host(), settings.repository(name), manifest);
  }

  private static boolean tagged(RegistryConnection registry, Digest manifest, String tag)
      throws IOException, InterruptedException {
    var answer = registry.head(registry.uri("manifests/" + tag));
    return found(registry, answer)
        && answer.headers().firstValue(DIGEST).filter(manifest.toString()::equals).isPresent();
  }

  private static boolean there(RegistryConnection registry, URI uri)
      throws IOException, InterruptedException {
    return found(registry, registry.head(uri));
  }

  private static boolean found(RegistryConnection registry, HttpResponse<String> answer)
      throws IOException {
    return answer.statusCode() != NOT_FOUND
        && expect(registry, answer, List.of(OK)).statusCode() == OK;
  }

  private void send(RegistryConnection registry, BuiltImage image, BuiltImage.Blob blob)
      throws IOException, InterruptedException {
    var begun = expect(registry, registry.post(registry.uri("blobs/uploads/")), List.of(ACCEPTED));
    var location = begun.headers().firstValue("Location").orElse("");
    var upload = upload(registry, begun.uri(), location);
    var query = (upload.getRawQuery() == null ? "?digest=" : "&digest=") + blob.digest();
    var sent =
        registry.put(
            URI.create(upload + query),
            "application/octet-stream",
            BodyPublishers.ofFile(image.file(blob.digest())));
    expect(registry, sent, List.of(CREATED));
    agree(sent, blob.digest());
  }

  /** Where to send a blob: the registry's own host, whatever the answer says. */
  private static URI upload(RegistryConnection registry, URI asked, String location) {
    URI upload;
    try {
      upload = asked.resolve(location);
    } catch (IllegalArgumentException _) {
      throw registry.failed("it answered an upload with no address");
    }
    if (location.isEmpty()
        || !String.valueOf(upload.getScheme()).equals(asked.getScheme())
        || !String.valueOf(upload.getRawAuthority()).equals(asked.getRawAuthority())) {
      throw registry.failed(
          "it sends the image to another host, '%s'".formatted(upload.getRawAuthority()));
    }
    return upload;
  }

  private static boolean enter(RegistryConnection registry, BuiltImage image, String tag)
      throws IOException, InterruptedException {
    var bytes = Files.readAllBytes(image.file(image.manifest()));
    var sent =
        registry.put(
            registry.uri("manifests/" + tag),
            BuiltImage.MANIFEST,
            BodyPublishers.ofByteArray(bytes));
    expect(registry, sent, List.of(CREATED));
    agree(sent, image.manifest());
    if (!there(registry, registry.uri("manifests/" + image.manifest()))) {
      throw new IOException(
          "%s took manifest %s and does not have it"
              .formatted(sent.uri().getRawAuthority(), image.manifest()));
    }
    return true;
  }

  private static void agree(HttpResponse<String> answer, Digest sent) throws IOException {
    var told = answer.headers().firstValue(DIGEST).orElse(sent.toString());
    if (!told.equals(sent.toString())) {
      throw new IOException(
          "%s says that it keeps %.80s (sent: %s)"
              .formatted(answer.uri().getRawAuthority(), told, sent));
    }
  }

  private static HttpResponse<String> expect(
      RegistryConnection registry, HttpResponse<String> answer, List<Integer> expected)
      throws IOException {
    int status = answer.statusCode();
    if (expected.contains(status)) {
      return answer;
    }
    if (Answered.mayPass(status)) {
      throw new Answered(answer);
    }
    throw registry.failed(
        "it answered %d to %s %s"
            .formatted(status, answer.request().method(), answer.uri().getRawPath()));
  }

  private <T> T attempted(Attempt<T> attempt) throws IOException, InterruptedException {
    var wait = FIRST_WAIT;
    for (int left = settings.attempts() - 1; ; left--) {
      try {
        return attempt.make();
      } catch (IOException e) {
        if (left == 0) {
          throw new IOException(
              "the registry %s, after %d attempts: %s"
                  .formatted(settings.host(), settings.attempts(), e.getMessage()),
              e);
        }
        pause.of(e instanceof Answered told ? told.retryAfter().orElse(wait) : wait);
        wait = wait.multipliedBy(2);
      }
    }
  }
}
