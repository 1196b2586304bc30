package dev.fovea.kernel;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Where this user's programs keep what they could make again. */
public final class UserCache {
  private UserCache() {}

  /**
   * Fovea's folder, which may not be there yet: below {@code XDG_CACHE_HOME}, else where the system
   * has such things.
   */
  public static Path folder() {
    return top().resolve("fovea");
  }

  private static Path top() {
    var home = Path.of(System.getProperty("user.home"));
    var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return variable("XDG_CACHE_HOME")
        .or(() -> variable("LOCALAPPDATA"))
        .orElseGet(() ->
            system.startsWith("mac")
                ? home.resolve("Library").resolve("Caches")
                : home.resolve(".cache"));
  }

  /** A relative one counts as none, as the XDG Base Directory Specification says. */
  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name))
        .filter(value -> !value.isBlank())
        .map(Path::of)
        .filter(Path::isAbsolute);
  }
}
