package dev.fovea.lab.agent;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What may be said about a device: a few short lines of text. The agent cuts to it, the lab refuses
 * what is beyond it, since a lab page shows what stands there.
 */
public final class Facts {
  private static final int MOST = 48;
  private static final int MOST_CHARS = 200;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,47}");

  private Facts() {}

  /** The facts, if they are within bounds. */
  public static Map<String, String> checked(Map<String, String> facts) {
    if (facts.isEmpty() || facts.size() > MOST) {
      throw new InvalidRequest(
          "facts: %d (expected: 1 to %d)".formatted(facts.size(), MOST), "report fewer");
    }
    facts.forEach((name, value) -> {
      if (!NAME.matcher(name).matches() || !plain(value)) {
        throw new InvalidRequest(
            "fact '%s': '%s' (expected: a name of lower-case letters, digits and hyphens; 1 to %d printable characters)"
                .formatted(Text.excerpt(name), Text.excerpt(value), MOST_CHARS),
            "run an agent of the lab's own version");
      }
    });
    return facts;
  }

  /** What of the facts is within bounds, cut where it is too long. */
  public static Map<String, String> cut(Map<String, String> facts) {
    var kept = new TreeMap<String, String>();
    facts.forEach((name, value) -> {
      var text = value.replaceAll("[\\p{C}\\s]+", " ").strip();
      if (NAME.matcher(name).matches() && !text.isEmpty() && kept.size() < MOST) {
        kept.put(name, text.substring(0, Math.min(text.length(), MOST_CHARS)).strip());
      }
    });
    return kept;
  }

  private static boolean plain(String value) {
    return !value.isBlank()
        && value.length() <= MOST_CHARS
        && value
            .codePoints()
            .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
  }
}
