package dev.fovea.dvc.merge;

import dev.fovea.dvc.DvcFile;
import dev.fovea.kernel.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** What a {@code .dvc} file says beside its content's name, size and count: merged as a whole. */
final class OtherFields {
  private static final String OUT = "outs.";

  private OtherFields() {}

  /**
   * The file whose other fields the result has: the side that changed them, else ours.
   *
   * @param conflicts told where both changed them, each in another way
   */
  static DvcFile merge(
      Optional<DvcFile> before, DvcFile ours, DvcFile theirs, List<String> conflicts) {
    var old = before.map(OtherFields::of).orElseGet(Map::of);
    var mine = of(ours);
    var others = of(theirs);
    if (mine.equals(others) || others.equals(old)) {
      return ours;
    }
    if (mine.equals(old)) {
      return theirs;
    }
    conflicts.add(
        "the .dvc file: ours says %s, theirs %s"
            .formatted(differing(mine, others), differing(others, mine)));
    return ours;
  }

  /** A file that says what one says, of the content of another. */
  static DvcFile with(DvcFile frame, DvcFile content) {
    return frame.directory().equals(content.directory())
        ? frame
        : frame.pointingTo(content.directory(), number(content, "size"), number(content, "nfiles"));
  }

  private static Map<String, Object> of(DvcFile file) {
    var fields = new LinkedHashMap<>(file.content());
    fields.remove("outs");
    out(file).forEach((key, value) -> fields.put(OUT + key, Objects.requireNonNullElse(value, "")));
    List.of("md5", "size", "nfiles").forEach(key -> fields.remove(OUT + key));
    return fields;
  }

  private static Map<?, ?> out(DvcFile file) {
    return file.content().get("outs") instanceof List<?> list
            && list.getFirst() instanceof Map<?, ?> out
        ? out
        : Map.of();
  }

  /** A number of the content, such as {@code size}; absent where the file does not say it. */
  static OptionalLong number(DvcFile file, String key) {
    return out(file).get(key) instanceof Number number
        ? OptionalLong.of(number.longValue())
        : OptionalLong.empty();
  }

  private static String differing(Map<String, Object> one, Map<String, Object> other) {
    var differing = new LinkedHashMap<>(one);
    differing.entrySet().removeAll(other.entrySet());
    return Text.excerpt(differing.toString());
  }
}
