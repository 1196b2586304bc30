package dev.fovea.rollouts.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A user and a password at a registry. Read from the file that {@code docker login} writes and that
 * Kubernetes keeps in a secret of type {@code kubernetes.io/dockerconfigjson}; the programs that
 * such a file may name ({@code credHelpers}) are never run.
 */
final class Credentials {
  private static final long LARGEST_FILE_BYTES = 1L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String basic;

  private Credentials(String basic) {
    this.basic = basic;
  }

  /**
   * What the file knows for this host.
   *
   * @throws PackagingFailed when it cannot be read
   */
  static Optional<Credentials> find(Path file, String host) {
    try {
      if (Files.size(file) > LARGEST_FILE_BYTES) {
        throw unreadable(file, "larger than %d bytes".formatted(LARGEST_FILE_BYTES));
      }
      var hosts = JSON.readTree(Files.readAllBytes(file)).path("auths");
      for (var key :
          List.of(host, "https://" + host, "http://" + host, "https://" + host + "/v2/")) {
        if (hosts.path(key).isObject()) {
          return read(hosts.path(key));
        }
      }
      return Optional.empty();
    } catch (JacksonException _) {
      // The parser's message may quote what stands in the file.
      throw unreadable(file, "no JSON");
    } catch (IOException e) {
      throw unreadable(file, e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  private static Optional<Credentials> read(JsonNode entry) {
    var auth = entry.path("auth").asString("");
    if (!auth.isEmpty()) {
      return Optional.of(new Credentials(auth.strip()));
    }
    var user = entry.path("username").asString("");
    var pair = user + ":" + entry.path("password").asString("");
    return user.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Credentials(
                Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))));
  }

  private static PackagingFailed unreadable(Path file, String why) {
    return new PackagingFailed(
        "of any model",
        "the credentials file %s cannot be read: %s".formatted(file, why),
        "let fovea.rollouts.packaging.credentials-file name a file as 'docker login' writes it");
  }

  /** The value of an {@code Authorization} header. */
  String header() {
    return "Basic " + basic;
  }

  @Override
  public String toString() {
    return "Credentials[…]";
  }
}
