package dev.fovea.datasets.stages;

import java.util.regex.Pattern;

/** Names and passwords in addresses, which a repository should not have and nobody else sees. */
final class Logins {
  private static final Pattern LOGIN = Pattern.compile("(?<=://)[^/@]*@");

  private Logins() {}

  /** The text without them. */
  static String without(String text) {
    return LOGIN.matcher(text).replaceAll("");
  }
}
