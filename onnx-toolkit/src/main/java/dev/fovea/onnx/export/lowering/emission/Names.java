package dev.fovea.onnx.export.lowering.emission;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Hands out unique names for the graph. A name from the archive is kept only if it is short and
 * plain, so that nothing hostile reaches a screen, a shell or another tool through it.
 */
public final class Names {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.]{0,127}");

  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> next = new HashMap<>();

  /** The wanted name if it is plain and free, else one made from it or from {@code fallback}. */
  public String claim(String wanted, String fallback) {
    var base = PLAIN.matcher(wanted).matches() ? wanted : fallback;
    var name = base;
    while (!taken.add(name)) {
      name = base + "_" + next.merge(base, 1, Integer::sum);
    }
    return name;
  }
}
