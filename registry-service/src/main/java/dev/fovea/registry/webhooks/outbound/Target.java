package dev.fovea.registry.webhooks.outbound;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * Where a hook goes, by the parser that also dials it, so that no text means one place to the check
 * and another to the client.
 */
public final class Target {
  private static final int MOST_CHARS = 2_000;
  private static final Pattern PRINTABLE = Pattern.compile("[!-~&&[^\\\\]]+");
  private static final Pattern DOTTED =
      Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
  private static final Pattern NUMBER = Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9a-fA-F]*)");
  private static final String FIX = "give the receiver's address, such as https://example.com/hook";

  private final HttpUrl url;

  private Target(HttpUrl url) {
    this.url = url;
  }

  /**
   * Reads an address that a user gave.
   *
   * @throws InvalidRequest when hooks may not go there, whatever it resolves to
   */
  public static Target parse(String text, Reach reach) {
    if (text.length() > MOST_CHARS || !PRINTABLE.matcher(text).matches()) {
      throw refused(
          "'%s' (expected: 1 to %d printable ASCII characters, names in other letters as xn--…)"
              .formatted(Text.excerpt(text), MOST_CHARS));
    }
    var url = HttpUrl.parse(text);
    if (url == null) {
      throw refused("'%s' (expected: https://HOST/…)".formatted(Text.excerpt(text)));
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      throw refused("it has a user or a password before the host (expected: none)");
    }
    if (url.fragment() != null) {
      throw refused("it has a '#', which is never sent (expected: none)");
    }
    var host = url.host();
    if (host.endsWith(".") || host.startsWith(".") || host.contains("..")) {
      throw refused("host '%s' (expected: no empty label)".formatted(Text.excerpt(host)));
    }
    if (!host.contains(":") && NUMBER.matcher(host).matches() && !DOTTED.matcher(host).matches()) {
      throw refused(
          "host '%s' is a number (expected: a name, or an address as 192.0.2.1)"
              .formatted(Text.excerpt(host)));
    }
    if (!url.isHttps()
        && !reach.isNamed(host)
        && !literal(host).map(reach::isNamed).orElse(false)) {
      throw refused(
          "http to '%s' (expected: https; plain http goes only to hosts that %s names)"
              .formatted(Text.excerpt(host), reach.setting()));
    }
    return new Target(url);
  }

  /** The host, in lower case; an IPv6 address without brackets. */
  public String host() {
    return url.host();
  }

  HttpUrl url() {
    return url;
  }

  private static Optional<InetAddress> literal(String host) {
    if (!host.contains(":") && !DOTTED.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static InvalidRequest refused(String what) {
    return new InvalidRequest("url: " + what, FIX);
  }

  /** Without the path, which may hold a secret. */
  @Override
  public String toString() {
    return "Target[%s]".formatted(url.host());
  }
}
