package dev.fovea.labels.format;

import dev.fovea.kernel.Text;
import dev.fovea.labels.format.Finding.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gathers findings: remembers the first thousand and counts the rest, and tells all of them to
 * whoever wants to hear of each. Not thread-safe.
 */
public final class Findings {
  private static final int KEPT = 1_000;

  private final List<Finding> kept = new ArrayList<>();
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final Set<String> unknown = new HashSet<>();

  private final Consumer<Finding> listener;

  /** Findings that nobody hears of before they are asked for. */
  public Findings() {
    this(_ -> {});
  }

  /**
   * @param listener told of each finding as it is made
   */
  public Findings(Consumer<Finding> listener) {
    this.listener = listener;
  }

  public void add(Kind kind, String file, int line, String text) {
    var finding = new Finding(kind, file, line, text);
    counts.merge(kind, 1L, Long::sum);
    if (kept.size() < KEPT) {
      kept.add(finding);
    }
    listener.accept(finding);
  }

  /** Says once for a file that a part of it, such as a field of this name, is not kept. */
  public void notKept(String file, int line, String part) {
    if (unknown.size() < KEPT && unknown.add(file + "\n" + part)) {
      add(Kind.NOT_KEPT, file, line, "%s is not kept".formatted(Text.excerpt(part)));
    }
  }

  /** The first thousand, in the order in which they were found. */
  public List<Finding> kept() {
    return List.copyOf(kept);
  }

  /** How many there are of each kind. */
  public Map<Kind, Long> counts() {
    return Map.copyOf(counts);
  }
}
