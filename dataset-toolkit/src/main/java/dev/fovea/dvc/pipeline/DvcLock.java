package dev.fovea.dvc.pipeline;

import static dev.fovea.dvc.BoundedYaml.entries;
import static dev.fovea.dvc.BoundedYaml.isNothing;
import static dev.fovea.dvc.BoundedYaml.items;
import static dev.fovea.dvc.BoundedYaml.line;
import static dev.fovea.dvc.BoundedYaml.scalar;

import dev.fovea.dvc.BoundedYaml;
import dev.fovea.dvc.BoundedYaml.Bounds;
import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Sharing;
import dev.fovea.kernel.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A {@code dvc.lock}: what each stage of the {@code dvc.yaml} beside it read and made when it last
 * ran (dvc 3.67, {@code stage/serialize.py}, schema 2.0). Names and paths are resolved: there is no
 * {@code ${…}}, and each stage of a {@code foreach} or {@code matrix} stands for itself.
 *
 * @param stages in the file's order
 */
public record DvcLock(List<Stage> stages) {
  /** How many bytes of one are read. */
  public static final int MOST_BYTES = 16 << 20;

  // DVC itself writes aliases, where parameters share a value.
  private static final Bounds BOUNDS = new Bounds(MOST_BYTES, 64, 1000);
  private static final int MOST_ENTRIES = 1_000_000;
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}(\\.dir)?");

  public DvcLock {
    stages = List.copyOf(stages);
  }

  /**
   * A stage that ran.
   *
   * @param name such as {@code train}, {@code train@0} or {@code train@resnet-0.1}
   * @param command what ran, several with {@code &&} between them; empty where the lock says none
   */
  public record Stage(
      String name, String command, List<Parameter> parameters, List<Entry> deps, List<Entry> outs) {
    public Stage {
      parameters = List.copyOf(parameters);
      deps = List.copyOf(deps);
      outs = List.copyOf(outs);
    }
  }

  /**
   * A parameter that a stage ran with.
   *
   * @param file such as {@code params.yaml}, from the stage's {@code wdir}
   * @param key such as {@code train.lr}
   * @param value as it is written; {@code …} where it is a list or a mapping
   * @param form the value in one form, however it is written, to be held against that of {@link
   *     DvcParameters}; absent where it has more than 1,000 characters
   */
  public record Parameter(String file, String key, String value, Optional<String> form) {}

  /**
   * What a stage read or made.
   *
   * @param path as {@code dvc.yaml} says it, from the stage's {@code wdir}; anything at all
   * @param name of its object, 32 hex digits, and {@code .dir} behind those of a folder; absent
   *     where it has none that lies in a cache
   * @param hash how the name was made: {@code md5}; absent for DVC 2
   * @param line where it stands, from 1
   */
  public record Entry(
      String path,
      Optional<String> name,
      Optional<String> hash,
      OptionalLong bytes,
      OptionalLong files,
      int line) {
    /**
     * What a stage made, as if a {@code .dvc} file tracked it; only of an entry that has a name.
     *
     * @param file the last name of its path
     */
    public DvcFile tracked(String file, Sharing sharing) {
      var out = new LinkedHashMap<String, Object>();
      name.ifPresent(md5 -> out.put("md5", md5));
      bytes.ifPresent(size -> out.put("size", size));
      files.ifPresent(count -> out.put("nfiles", count));
      hash.ifPresent(how -> out.put("hash", how));
      out.put("path", file);
      out.put("cache", sharing.cached());
      out.put("push", sharing.pushed());
      out.put("persist", sharing.persistent());
      sharing.remote().ifPresent(remote -> out.put("remote", remote));
      return new DvcFile(
          name.orElseThrow(), file, line, Map.of("outs", List.of(out)), Optional.empty());
    }
  }

  /**
   * Reads one.
   *
   * @throws DvcMistake with the line of what can't be used
   */
  public static DvcLock parse(String text) throws DvcMistake {
    var root = BoundedYaml.find(text, BOUNDS);
    if (root.isEmpty() || isNothing(root.get())) {
      return new DvcLock(List.of());
    }
    var top = entries(root.get(), "the file");
    var stages = top.get("stages");
    if (stages == null && !top.containsKey("schema")) {
      throw new DvcMistake(
          1, "has no 'stages' (expected: schema 2.0; run 'dvc repro' to write it anew)");
    }
    var read = new ArrayList<Stage>();
    int left = MOST_ENTRIES;
    for (var each : mapping(stages, "stages").entrySet()) {
      var stage = mapping(each.getValue(), "the stage " + Text.excerpt(each.getKey()));
      var deps = list(stage.get("deps"), "deps");
      var outs = list(stage.get("outs"), "outs");
      var parameters = parameters(stage.get("params"));
      left -= deps.size() + outs.size() + parameters.size();
      if (left < 0) {
        throw new DvcMistake(
            line(each.getValue()),
            "the stages have more than %d deps, outs and params".formatted(MOST_ENTRIES));
      }
      read.add(new Stage(each.getKey(), command(stage.get("cmd")), parameters, deps, outs));
    }
    return new DvcLock(read);
  }

  private static Map<String, Node> mapping(@Nullable Node node, String what) throws DvcMistake {
    return node == null || isNothing(node) ? Map.of() : entries(node, what);
  }

  private static String command(@Nullable Node node) throws DvcMistake {
    if (node == null || isNothing(node)) {
      return "";
    }
    if (node instanceof ScalarNode one) {
      return one.getValue();
    }
    var all = new ArrayList<String>();
    for (var each : items(node, "cmd")) {
      all.add(scalar(each, "cmd"));
    }
    return String.join(" && ", all);
  }

  private static List<Parameter> parameters(@Nullable Node node) throws DvcMistake {
    var all = new ArrayList<Parameter>();
    for (var file : mapping(node, "params").entrySet()) {
      for (var each : mapping(file.getValue(), "params").entrySet()) {
        var value = each.getValue() instanceof ScalarNode scalar ? scalar.getValue() : "…";
        all.add(new Parameter(file.getKey(), each.getKey(), value, DvcValue.form(each.getValue())));
      }
    }
    return all;
  }

  private static List<Entry> list(@Nullable Node node, String what) throws DvcMistake {
    if (node == null || isNothing(node)) {
      return List.of();
    }
    var list = new ArrayList<Entry>();
    for (var item : items(node, what)) {
      var entry = entries(item, what);
      var path = entry.get("path");
      if (path != null) { // what has none is a data set of DataChain's
        list.add(entry(scalar(path, "path"), entry, line(item)));
      }
    }
    return list;
  }

  private static Entry entry(String path, Map<String, Node> entry, int line) throws DvcMistake {
    var hash = entry.get("hash");
    var name = entry.get("md5");
    return new Entry(
        path,
        name == null
            ? Optional.empty()
            : Optional.of(scalar(name, "md5")).filter(each -> NAME.matcher(each).matches()),
        hash == null ? Optional.empty() : Optional.of(scalar(hash, "hash")),
        number(entry.get("size")),
        number(entry.get("nfiles")),
        line);
  }

  private static OptionalLong number(@Nullable Node node) {
    return node instanceof ScalarNode scalar && scalar.getValue().matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(scalar.getValue()))
        : OptionalLong.empty();
  }
}
