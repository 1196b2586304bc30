package dev.fovea.security;

/** Where a sign-in leads: inside, whatever was asked for. */
final class LocalPath {
  private static final String WRITTEN = "/([A-Za-z0-9._~@#=&%?-][A-Za-z0-9._~@#=&%?/-]*)?";
  private static final int LIMIT_CHARS = 1_000;

  private LocalPath() {}

  /**
   * Only a path of this server: no scheme, no host, no backslash that a browser takes for a slash.
   */
  static String of(String next) {
    return next.length() <= LIMIT_CHARS && next.matches(WRITTEN) && !next.contains("..")
        ? next
        : "/";
  }
}
