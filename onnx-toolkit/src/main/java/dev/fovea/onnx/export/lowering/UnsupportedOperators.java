package dev.fovea.onnx.export.lowering;

import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A program that calls operators for which there is no lowering; all of them are listed. */
public final class UnsupportedOperators extends Problem {
  private static final int MAX_SHOWN = 50;

  private final Map<String, Integer> counts;
  private final boolean decomposed;

  /**
   * @param counts how often each unsupported operator is called
   * @param places node and source line of the first call of each
   * @param decomposed whether the program was decomposed already
   */
  public UnsupportedOperators(
      Map<String, Integer> counts, Map<String, String> places, boolean decomposed) {
    super(
        Kind.INVALID,
        "%d unsupported operator%s: %s"
            .formatted(counts.size(), counts.size() == 1 ? "" : "s", list(counts, places)),
        decomposed
            ? "Export this model with the Python exporter."
            : "Decompose the program and save it again: torch.export.save(ep.run_decompositions(),"
                + " path); if that is refused too, use the Python exporter.");
    this.counts = Collections.unmodifiableMap(new TreeMap<>(counts));
    this.decomposed = decomposed;
  }

  public Map<String, Integer> counts() {
    return counts;
  }

  public boolean decomposed() {
    return decomposed;
  }

  private static String list(Map<String, Integer> counts, Map<String, String> places) {
    var shown =
        new TreeMap<>(counts)
            .entrySet().stream()
                .limit(MAX_SHOWN)
                .map(count ->
                    "%s ×%d%s"
                        .formatted(
                            Text.excerpt(count.getKey()),
                            count.getValue(),
                            places.getOrDefault(count.getKey(), "")))
                .collect(Collectors.joining(", "));
    return counts.size() > MAX_SHOWN ? shown + ", …" : shown;
  }
}
