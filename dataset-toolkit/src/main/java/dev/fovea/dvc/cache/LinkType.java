package dev.fovea.dvc.cache;

import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.kernel.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a file of a working copy has the bytes of an object: {@code cache.type} of DVC's settings.
 */
public enum LinkType {
  /** A file of its own that shares the object's blocks until one of them is written to. */
  REFLINK,
  /** The object itself under a second name. */
  HARDLINK,
  /** A link that leads to the object. */
  SYMLINK,
  COPY;

  private static final List<LinkType> DEFAULT = List.of(REFLINK, COPY);

  /**
   * Those that are tried one after the other.
   *
   * @param setting names with commas between them; DVC's own choice where absent
   * @throws WorkProblem when one of them is none of DVC's
   */
  public static List<LinkType> parse(Optional<String> setting) {
    if (setting.isEmpty()) {
      return DEFAULT;
    }
    var types = new ArrayList<LinkType>();
    for (var each : setting.get().split(",", -1)) {
      var name = each.strip();
      types.add(
          Arrays.stream(values())
              .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new WorkProblem(
                      "cache.type of DVC's settings has '%s' (expected: reflink, hardlink, symlink or copy)"
                          .formatted(Text.excerpt(name)),
                      "correct it: dvc config cache.type reflink,copy")));
    }
    return List.copyOf(types);
  }

  /** Whether a file that is written to would write to the object. */
  public boolean leadsToTheObject() {
    return this == HARDLINK || this == SYMLINK;
  }
}
