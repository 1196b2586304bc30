package dev.fovea.registry.access;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What somebody is called in the audit log. */
public final class Subject {
  /** In words. */
  public static final String EXPECTED = "1 to 100 letters, digits, spaces and ._@+/-";

  private static final Pattern WRITTEN =
      Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._@+/-]{0,99}");

  /** Whom Fovea itself calls so. */
  private static final Set<String> RESERVED =
      Set.of("admin", "fovea", "local", "metrics", "nobody", "owner", "you");

  private Subject() {}

  /** Whether a token may be made for this name. */
  public static boolean isOne(String name) {
    return WRITTEN.matcher(name).matches();
  }

  /** Whether an identity provider may bring this name: none that Fovea uses for something else. */
  public static boolean isPerson(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return isOne(name)
        && !RESERVED.contains(lower)
        && !lower.startsWith("fovea/")
        && !lower.startsWith("device/")
        && !lower.startsWith("model-server/");
  }
}
