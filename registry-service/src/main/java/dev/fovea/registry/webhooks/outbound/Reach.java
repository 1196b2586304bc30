package dev.fovea.registry.webhooks.outbound;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.http.client.InetAddressFilter;

/**
 * Where hooks may go: to public addresses, and to what the installation names. The registries of
 * special addresses are those of IANA, as Spring Boot keeps them, and what those leave out.
 */
public final class Reach {
  private static final Pattern NETWORK = Pattern.compile("[0-9]+(\\.[0-9]+){3}(/\\d+)?|.*:.*");
  private static final Pattern NAME = Pattern.compile("\\.?[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  private static final InetAddressFilter PUBLIC =
      InetAddressFilter.externalAddresses()
          // Azure's wire server; IPv4 in IPv6 as it was once written; segment routing; documents.
          .andNot("168.63.129.16/32", "::/96", "5f00::/16", "3fff::/20");

  /** Where clouds keep credentials, what is nobody's, and IPv4 in another's clothes. */
  private static final InetAddressFilter NEVER =
      InetAddressFilter.of(
          "169.254.0.0/16",
          "168.63.129.16/32",
          "fd00:ec2::254/128",
          "fe80::/10",
          "0.0.0.0/8",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "ff00::/8",
          "64:ff9b::/96",
          "64:ff9b:1::/48",
          "2001::/32",
          "2002::/16");

  private final String setting;
  private final List<String> names = new ArrayList<>();
  private final List<InetAddressFilter> networks = new ArrayList<>();

  /**
   * Of webhooks.
   *
   * @param allowed names, {@code .suffixes}, addresses and networks
   * @throws IllegalArgumentException when an entry is none of them
   */
  public Reach(List<String> allowed) {
    this(allowed, "fovea.registry.webhooks.allowed");
  }

  /**
   * Of something else.
   *
   * @param setting which setting names what is allowed, for refusals
   */
  public Reach(List<String> allowed, String setting) {
    this.setting = setting;
    for (var entry : allowed) {
      var text = entry.strip().toLowerCase(Locale.ROOT);
      if (NETWORK.matcher(text).matches()) {
        networks.add(InetAddressFilter.of(text));
      } else if (NAME.matcher(text).matches()) {
        names.add(text);
      } else {
        throw new IllegalArgumentException(
            "%s: '%s' (expected: a host, .suffix, address or network such as 10.1.0.0/16)"
                .formatted(setting, entry));
      }
    }
  }

  /** Which setting names what is allowed. */
  String setting() {
    return setting;
  }

  /** Whether the installation names this host. */
  boolean isNamed(String host) {
    return names.stream()
        .anyMatch(name -> name.startsWith(".") ? host.endsWith(name) : host.equals(name));
  }

  /** Whether the installation names this address. */
  boolean isNamed(InetAddress address) {
    return !NEVER.matches(address) && networks.stream().anyMatch(net -> net.matches(address));
  }

  /** Whether a hook to this host may go to this address. */
  boolean permits(String host, InetAddress address) {
    // The address "::" is matched by value: Java has no filter of a single one for it.
    if (address.isAnyLocalAddress() || NEVER.matches(address)) {
      return false;
    }
    return PUBLIC.matches(address) || isNamed(host) || isNamed(address);
  }
}
