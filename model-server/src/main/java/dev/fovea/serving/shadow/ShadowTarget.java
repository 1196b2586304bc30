package dev.fovea.serving.shadow;

import dev.fovea.kernel.Text;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where copies go.
 *
 * @param address {@code http://host:port}, nothing more
 * @param share of the requests, in percent, 1 to 99
 */
public record ShadowTarget(URI address, int share) {
  private static final int MOST_CHARS = 300;

  public ShadowTarget {
    if (share < 1 || share > 99) {
      throw new IllegalArgumentException("share: %d percent (expected: 1 to 99)".formatted(share));
    }
  }

  /** Looks a host's addresses up. */
  public interface Lookup {
    List<InetAddress> addresses(String host) throws UnknownHostException;
  }

  /**
   * Which hosts may get copies. Only names that are allowed in words get any: a caller who may set
   * the target still can't point the server at what it can reach and the caller can't.
   *
   * @param allowed host names; one that begins with a dot allows every name that ends with it
   */
  public record Rules(List<String> allowed, Lookup lookup) {
    public Rules {
      allowed = allowed.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
      for (var host : allowed) {
        if (host.isBlank() || host.equals(".")) {
          throw new IllegalArgumentException(
              "allowed host: '%s' (expected: a name, or .suffix)".formatted(host));
        }
      }
    }

    /** By the machine's own resolver. */
    public static Rules allowing(List<String> hosts) {
      return new Rules(hosts, host -> List.of(InetAddress.getAllByName(host)));
    }

    /**
     * Reads a target that a caller gave.
     *
     * @throws IllegalArgumentException when it is not allowed; says what it is and what is
     */
    public ShadowTarget read(String address, int share) {
      if (address.length() > MOST_CHARS) {
        throw refused(address, "at most %d characters".formatted(MOST_CHARS));
      }
      URI uri;
      try {
        uri = URI.create(address);
      } catch (IllegalArgumentException _) {
        throw refused(address, "http://host:port");
      }
      var host = Optional.ofNullable(uri.getHost()).orElse("").toLowerCase(Locale.ROOT);
      boolean bare =
          "http".equals(uri.getScheme())
              && !host.isEmpty()
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
              && (uri.getPort() == -1 || uri.getPort() > 0 && uri.getPort() < 65_536);
      if (!bare) {
        throw refused(address, "http://host:port without user, path, query or fragment");
      }
      if (!named(host)) {
        throw refused(address, "a host among " + allowed);
      }
      requireOutside(address, host);
      int port = uri.getPort() == -1 ? 80 : uri.getPort();
      return new ShadowTarget(URI.create("http://%s:%d".formatted(host, port)), share);
    }

    private boolean named(String host) {
      return allowed.stream()
          .anyMatch(each ->
              each.startsWith(".")
                  ? host.endsWith(each) && host.length() > each.length()
                  : host.equals(each));
    }

    /** A name of the outside that leads to this machine or to the cloud's metadata is a trap. */
    private void requireOutside(String address, String host) {
      if (allowed.contains(host)) {
        return; // allowed by its whole name, wherever it leads
      }
      try {
        for (var found : lookup.addresses(host)) {
          if (found.isLoopbackAddress()
              || found.isAnyLocalAddress()
              || found.isLinkLocalAddress()
              || found.isMulticastAddress()) {
            throw refused(address, "a name that leads to another machine");
          }
        }
      } catch (UnknownHostException _) {
        throw refused(address, "a name that can be looked up");
      }
    }

    private static IllegalArgumentException refused(String address, String expected) {
      return new IllegalArgumentException(
          "target: '%s' (expected: %s)".formatted(Text.excerpt(address), expected));
    }
  }
}
