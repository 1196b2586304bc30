package dev.fovea.dvc;

import dev.fovea.kernel.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * A {@code .dvc} file that tracks one folder, or one file, by DVC 3 (dvc 3.67, {@code schema.py}).
 *
 * @param directory the name of its object: 32 hex digits, and {@code .dir} behind those of a
 *     folder; empty for an import whose data was not asked for
 * @param path the folder's name, beside the file
 * @param line where the directory's name stands, from 1
 * @param content everything that the file says, in its order
 * @param written the text that it was read from, whose comments stay; absent for a new one
 */
public record DvcFile(
    String directory,
    String path,
    int line,
    Map<String, Object> content,
    Optional<String> written) {
  private static final DumpSettings BLOCK =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setWidth(1 << 20)
          .setSplitLines(false)
          .setSchema(new DvcScalars())
          .build();
  private static final List<String> OUT_ORDER = List.of("md5", "size", "nfiles", "hash", "path");
  private static final List<String> ORDER =
      List.of("desc", "md5", "wdir", "frozen", "deps", "outs", "always_changed", "meta");

  /**
   * Reads one strictly.
   *
   * @throws DvcMistake with the line of what cannot be used
   */
  public static DvcFile parse(String text) throws DvcMistake {
    return DvcFileReader.ofFolders().read(text);
  }

  /**
   * Reads one that tracks a folder or a single file.
   *
   * @throws DvcMistake with the line of what cannot be used
   */
  public static DvcFile parseAny(String text) throws DvcMistake {
    return DvcFileReader.ofAnything().read(text);
  }

  /** Whether a folder is tracked, not a single file. */
  public boolean isFolder() {
    return directory.endsWith(".dir");
  }

  /** How many bytes all files have; absent where the file does not say so. */
  public OptionalLong bytes() {
    return number("size");
  }

  /** How many files the folder has, 1 for a single file; absent where the file does not say so. */
  public OptionalLong files() {
    return isFolder() ? number("nfiles") : OptionalLong.of(1);
  }

  private OptionalLong number(String key) {
    return out().get(key) instanceof Number number && number.longValue() >= 0
        ? OptionalLong.of(number.longValue())
        : OptionalLong.empty();
  }

  private Map<?, ?> out() {
    return content.get("outs") instanceof List<?> outs
            && !outs.isEmpty()
            && outs.getFirst() instanceof Map<?, ?> out
        ? out
        : Map.of();
  }

  /** How its objects are named; one that names none yet will have those of DVC 3. */
  public Naming naming() {
    return out().containsKey("hash") || directory.isEmpty() ? Naming.MD5 : Naming.DOS_TO_UNIX;
  }

  /**
   * Whether its small files are pushed in packs: {@code meta: {fovea: {push: packs}}}, which DVC
   * keeps and passes over. Any other word but {@code loose} is a mistake.
   *
   * @throws DvcMistake when it is
   */
  public boolean wantsPacks() throws DvcMistake {
    if (!(content.get("meta") instanceof Map<?, ?> meta)
        || !(meta.get("fovea") instanceof Map<?, ?> ours)
        || !ours.containsKey("push")) {
      return false;
    }
    var word = String.valueOf(ours.get("push"));
    if (!word.equals("packs") && !word.equals("loose")) {
      throw new DvcMistake(
          0, "meta: fovea: push: '%s' (expected: packs or loose)".formatted(Text.excerpt(word)));
    }
    return word.equals("packs");
  }

  /** Where its objects are kept. */
  public Sharing sharing() {
    return Sharing.of(out());
  }

  /** A file as {@code dvc add} writes it. */
  public static DvcFile tracking(String path, String directory, long bytes, int files) {
    return new DvcFile(directory, path, 2, Map.of(), Optional.empty())
        .pointingTo(directory, bytes, files);
  }

  /** A file as {@code dvc import --no-download} writes it: it names no content yet. */
  public static DvcFile importing(Origin origin, String path) {
    var out = new LinkedHashMap<String, Object>();
    out.put("hash", "md5");
    out.put("path", path);
    var content = new LinkedHashMap<String, Object>();
    content.put("md5", origin.checksum("", path));
    content.put("frozen", true);
    content.put("deps", origin.dependencies());
    content.put("outs", List.of(out));
    return new DvcFile("", path, 0, content, Optional.empty());
  }

  /** Where an import comes from; absent for what was added here. */
  public Optional<Origin> origin() {
    return content.get("deps") instanceof List<?> deps ? Origin.of(deps) : Optional.empty();
  }

  /** The same file for another content of the folder; what else it says is kept. */
  public DvcFile pointingTo(String other, long bytes, int files) {
    return pointingTo(other, OptionalLong.of(bytes), OptionalLong.of(files));
  }

  /** The same, where size or count may not be known; DVC reads files without them. */
  public DvcFile pointingTo(String other, OptionalLong bytes, OptionalLong files) {
    var out = new LinkedHashMap<String, Object>();
    if (content.get("outs") instanceof List<?> outs && outs.getFirst() instanceof Map<?, ?> old) {
      old.forEach((key, value) -> out.put(String.valueOf(key), value));
    }
    out.putAll(Map.of("md5", other, "hash", "md5", "path", path));
    List.of("size", "nfiles").forEach(out::remove);
    bytes.ifPresent(known -> out.put("size", known));
    if (other.endsWith(".dir")) {
      files.ifPresent(known -> out.put("nfiles", known));
    }
    var changed = new LinkedHashMap<>(content);
    changed.put("outs", List.of(ordered(out, OUT_ORDER)));
    origin().ifPresent(from -> changed.put("md5", from.checksum(other, path)));
    return new DvcFile(other, path, line, changed, written);
  }

  /** The same file with this under {@code meta: fovea:}, the place that DVC leaves to others. */
  public DvcFile noting(Map<String, Object> note) {
    var meta = new LinkedHashMap<String, Object>();
    if (content.get("meta") instanceof Map<?, ?> old) {
      old.forEach((key, value) -> meta.put(String.valueOf(key), value));
    }
    meta.put("fovea", note);
    var changed = new LinkedHashMap<>(content);
    changed.put("meta", meta);
    return new DvcFile(directory, path, line, changed, written);
  }

  /**
   * The text, in the order and style in which DVC writes it. Comments stay, unless the file has
   * anchors or document markers, or is changed where it has a list or mapping in brackets.
   */
  public String text() {
    return written
        .flatMap(text -> KeptText.of(text, content, DvcFileReader.BOUNDS))
        .orElseGet(() -> new Dump(BLOCK).dumpToString(ordered(content, ORDER)));
  }

  private static Map<String, Object> ordered(Map<String, Object> values, List<String> first) {
    var keys = new ArrayList<>(first);
    values.keySet().stream().filter(key -> !first.contains(key)).forEach(keys::add);
    var ordered = new LinkedHashMap<String, Object>();
    for (var key : keys) {
      if (values.containsKey(key)) {
        ordered.put(key, values.get(key));
      }
    }
    return ordered;
  }
}
