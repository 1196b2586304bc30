package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.source.HeldKey;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.kernel.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters and tags as Fovea holds them: its keys, its lengths, without what imports write. */
final class Labels {
  static final int PARAM_CHARS = 6_000;
  static final int TAG_CHARS = 8_000;
  static final int REGISTRY_TAG_CHARS = 100_000;
  static final String PARENT_TAG = "mlflow.parentRunId";

  private static final String OWN = "fovea.import.";

  private final Remarks remarks;

  Labels(Remarks remarks) {
    this.remarks = remarks;
  }

  /**
   * What is kept of a source's parameters or tags; what is kept in another form is said.
   *
   * @param what parameter or tag
   * @param whose for people
   */
  List<Pair> held(String what, String whose, List<Pair> pairs, int mostChars) {
    var held = new LinkedHashMap<String, String>();
    for (var pair : pairs) {
      if (pair.key().startsWith(OWN) || pair.key().equals(PARENT_TAG)) {
        continue;
      }
      var key = HeldKey.of(pair.key());
      if (!key.equals(pair.key())) {
        remarks.note(
            "%s '%s' is kept as '%s'".formatted(what, Text.excerpt(pair.key()), Text.excerpt(key)));
      }
      var value = pair.value();
      if (value.length() > mostChars) {
        remarks.note(
            "%s '%s' of %s has %d characters, and keeps the first %d"
                .formatted(what, Text.excerpt(key), whose, value.length(), mostChars));
        value = value.substring(0, mostChars);
      }
      if (value.indexOf('\0') >= 0) {
        remarks.note(
            "%s '%s' of %s has a character 0, which is kept as U+FFFD"
                .formatted(what, Text.excerpt(key), whose));
        value = value.replace('\0', '\uFFFD');
      }
      held.put(key, value);
    }
    return held.entrySet().stream().map(e -> new Pair(e.getKey(), e.getValue())).toList();
  }

  /** Those that are missing there, or have another value. */
  static List<Pair> missing(List<Pair> pairs, Map<String, String> there) {
    return pairs.stream().filter(pair -> !pair.value().equals(there.get(pair.key()))).toList();
  }

  /** Pieces of at most so many. */
  static <T> List<List<T>> pieces(List<T> all, int most) {
    var pieces = new ArrayList<List<T>>();
    for (int i = 0; i < all.size(); i += most) {
      pieces.add(all.subList(i, Math.min(all.size(), i + most)));
    }
    return pieces;
  }

  /** The same with the tag that says what something is made of. */
  static List<Pair> with(List<Pair> tags, String source) {
    var all = new ArrayList<>(tags);
    all.add(new Pair(Fovea.SOURCE_TAG, source));
    return all;
  }
}
