package dev.fovea.rollouts.packaging;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which registry images are pushed to, and how.
 *
 * @param host host, with its port where it isn't 443
 * @param path what every repository's name begins with; may be empty
 * @param plainHttpHosts the hosts, with their ports, that are spoken to without TLS
 * @param credentials a file in the form of Docker's {@code config.json}; read anew for each push,
 *     so that it may be replaced
 * @param patience for one request; a blob gets it for every 10 MB
 * @param attempts how often a request is made that may succeed later
 */
public record RegistrySettings(
    String host,
    String path,
    List<String> plainHttpHosts,
    Optional<Path> credentials,
    Duration patience,
    int attempts) {
  private static final Pattern HOST =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+])(?::\\d{1,5})?");

  /** Where clouds answer whoever asks with the machine's own credentials. */
  private static final Pattern LINK_LOCAL =
      Pattern.compile("169\\.254\\..*|\\[fe80:.*|\\[fd00:ec2:.*|metadata\\..*");

  public RegistrySettings {
    if (!HOST.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "registry: '%s' (expected: HOST[:PORT]/PATH, such as registry.example.org/vision)"
              .formatted(host));
    }
    if (LINK_LOCAL.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
      throw new IllegalArgumentException(
          "registry: '%s' is a link-local or metadata address, where no registry is"
              .formatted(host));
    }
    if (!path.isEmpty()) {
      new ImageName(path, "latest");
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience: %s (expected: positive)".formatted(patience));
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: %d (expected: at least 1)".formatted(attempts));
    }
    plainHttpHosts = List.copyOf(plainHttpHosts);
  }

  /**
   * @param prefix {@code HOST[:PORT]} and what every repository's name begins with
   * @throws IllegalArgumentException when it is none
   */
  public static RegistrySettings of(
      String prefix, List<String> plainHttpHosts, Optional<Path> credentials, Duration patience) {
    int slash = prefix.indexOf('/');
    return new RegistrySettings(
        slash < 0 ? prefix : prefix.substring(0, slash),
        slash < 0 ? "" : prefix.substring(slash + 1).replaceAll("/$", ""),
        plainHttpHosts,
        credentials,
        patience,
        5);
  }

  String prefix() {
    return path.isEmpty() ? host : host + "/" + path;
  }

  String repository(ImageName name) {
    return path.isEmpty() ? name.repository() : path + "/" + name.repository();
  }

  boolean plainHttp(String hostAndPort) {
    return plainHttpHosts.contains(hostAndPort);
  }

  /** {@code https://HOST}, or {@code http://HOST} where configuration lists it. */
  String root() {
    return (plainHttp(host) ? "http://" : "https://") + host;
  }
}
