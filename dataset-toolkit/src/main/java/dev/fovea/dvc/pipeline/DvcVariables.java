package dev.fovea.dvc.pipeline;

import static dev.fovea.dvc.BoundedYaml.entries;

import dev.fovea.dvc.BoundedYaml;
import dev.fovea.dvc.BoundedYaml.Bounds;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.DvcScalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * What {@code ${…}} of a {@code dvc.yaml} stands for: values of {@code params.yaml}, of its {@code
 * vars} and of the files that these name, and what a {@code foreach} or {@code matrix} goes through
 * (dvc 3.67, {@code parsing}). A value that two of them have is one that DVC refuses, and so it is
 * not known; nor is one that DVC would not put into a text unchanged.
 */
final class DvcVariables {
  private static final Bounds BOUNDS = new Bounds(DvcPipeline.MOST_BYTES, 64, 1000);
  private static final String PARAMETERS = "params.yaml";
  private static final Pattern READ = Pattern.compile(".*\\.(yaml|yml|json)");
  private static final Pattern KEY =
      Pattern.compile("[A-Za-z_][\\w-]*(\\.[\\w-]+|\\[[0-9]{1,6}\\]){0,32}");
  private static final Pattern WHOLE_NUMBER = Pattern.compile("0|-?[1-9][0-9]{0,15}");
  private static final int MOST_FILES = 20;
  private static final int MOST_LOCAL = 10_000;
  private static final int LONGEST = 4096;

  /** Stands for a name that DVC would write in a way that is not known. */
  private static final String UNKNOWN = "\0";

  private static final DvcScalars SCALARS = new DvcScalars();

  private final List<Node> sources;

  /** A stage a time is asked for, of what may have very many. */
  private final Map<Node, Map<String, Node>> items = new IdentityHashMap<>();

  private final Map<Node, Map<String, List<String>>> names = new IdentityHashMap<>();

  private DvcVariables(List<Node> sources) {
    this.sources = sources;
  }

  /**
   * What a stage of a {@code foreach} or {@code matrix} has besides.
   *
   * @param nodes such as {@code item}, or {@code item.x} of a matrix
   * @param key the text of {@code ${key}}; empty where there is none
   */
  record Local(Map<String, Node> nodes, Optional<String> key) {
    static final Local NONE = new Local(Map.of(), Optional.empty());
  }

  /**
   * Reads those of a {@code dvc.yaml}. What can't be read has no values.
   *
   * @param top its entries
   */
  static DvcVariables read(Map<String, Node> top, DvcPipeline.Files files) {
    var sources = new ArrayList<Node>();
    var loaded = new HashSet<String>();
    load(PARAMETERS, files, loaded, sources);
    var vars = top.get("vars");
    if (vars instanceof SequenceNode list) {
      for (var each : list.getValue()) {
        if (each instanceof ScalarNode file) {
          load(file.getValue(), files, loaded, sources);
        } else if (each instanceof MappingNode) {
          sources.add(each);
        }
      }
    }
    return new DvcVariables(sources);
  }

  /** A file, or {@code FILE:KEY,KEY}; one that was read before has nothing new. */
  private static void load(
      String said, DvcPipeline.Files files, Set<String> loaded, List<Node> sources) {
    var path = said.split(":", 2);
    if (!READ.matcher(path[0]).matches()
        || loaded.size() == MOST_FILES
        || (path.length == 1 && !loaded.add(path[0]))) {
      return;
    }
    try {
      var text = files.text(path[0]);
      var root = text.isPresent() ? BoundedYaml.find(text.get(), BOUNDS) : Optional.<Node>empty();
      if (root.isEmpty()) {
        return;
      }
      if (path.length == 1) {
        sources.add(root.get());
        return;
      }
      loaded.add(said);
      var keys = Arrays.asList(path[1].split(","));
      if (root.get() instanceof MappingNode mapping) {
        var some =
            mapping.getValue().stream()
                .filter(each ->
                    each.getKeyNode() instanceof ScalarNode key && keys.contains(key.getValue()))
                .toList();
        sources.add(new MappingNode(mapping.getTag(), some, mapping.getFlowStyle()));
      }
    } catch (DvcMistake _) {
      // Then what it has is not known.
    }
  }

  /** A text with everything resolved; absent where something is not known. */
  Optional<String> resolve(String template, Local local) {
    if (template.contains("\\") || template.length() > LONGEST) {
      return Optional.empty(); // an escape, or nothing that anybody writes
    }
    var resolved = new StringBuilder();
    int from = 0;
    for (int open = template.indexOf("${"); open >= 0; open = template.indexOf("${", from)) {
      int close = template.indexOf('}', open);
      if (close < 0) {
        return Optional.empty();
      }
      var value = value(template.substring(open + 2, close).strip(), local);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      resolved.append(template, from, open).append(value.get());
      from = close + 1;
      if (resolved.length() > LONGEST) {
        return Optional.empty();
      }
    }
    return Optional.of(resolved.append(template.substring(from)).toString());
  }

  private Optional<String> value(String key, Local local) {
    if (key.equals("key") && local.key().isPresent()) {
      return local.key();
    }
    return node(key, local).flatMap(DvcVariables::text);
  }

  /** What a key stands for; absent where nothing has it, or more than one. */
  private Optional<Node> node(String key, Local local) {
    if (!KEY.matcher(key).matches()) {
      return Optional.empty();
    }
    var names = List.of(key.replace("]", "").split("[.\\[]"));
    for (int own = Math.min(2, names.size()); own > 0; own--) {
      var node = local.nodes().get(String.join(".", names.subList(0, own)));
      if (node != null) {
        return within(node, names.subList(own, names.size()));
      }
    }
    if (local.nodes().keySet().stream().anyMatch(each -> each.startsWith(names.getFirst() + "."))) {
      return Optional.empty(); // a matrix has no such name
    }
    var found = sources.stream().flatMap(each -> within(each, names).stream()).limit(2).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  /** What lies in mappings and lists, by the names and places on the way. */
  static Optional<Node> within(Node root, List<String> names) {
    var node = root;
    for (var name : names) {
      var next = Optional.<Node>empty();
      if (node instanceof MappingNode mapping) {
        next =
            mapping.getValue().stream()
                .filter(each ->
                    each.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name))
                .map(each -> (Node) each.getValueNode())
                .findFirst();
      } else if (node instanceof SequenceNode list && name.matches("[0-9]{1,6}")) {
        int at = Integer.parseInt(name);
        next =
            at < list.getValue().size() ? Optional.of(list.getValue().get(at)) : Optional.empty();
      }
      if (next.isEmpty()) {
        return Optional.empty();
      }
      node = next.get();
    }
    return Optional.of(node);
  }

  /** What DVC makes of a value in a text: of a number other than a whole one, nothing is known. */
  private static Optional<String> text(Node node) {
    if (!(node instanceof ScalarNode scalar) || scalar.getValue().contains("${")) {
      return Optional.empty();
    }
    var value = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return Optional.of(value);
    }
    var tag = SCALARS.getScalarResolver().resolve(value, true);
    if (tag.equals(Tag.STR) || WHOLE_NUMBER.matcher(value).matches()) {
      return Optional.of(value);
    }
    return tag.equals(Tag.BOOL) ? Optional.of(value.toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  /**
   * What one of the stages has that a {@code foreach} or {@code matrix} makes; absent where that
   * can't be told.
   *
   * @param stage as it is written
   * @param suffix of the stage's name, behind the {@code @}
   */
  Optional<Local> local(Map<String, Node> stage, String suffix) throws DvcMistake {
    var each = stage.get("foreach");
    if (each != null) {
      return one(each, suffix);
    }
    var matrix = stage.get("matrix");
    return matrix == null ? Optional.of(Local.NONE) : combination(matrix, suffix);
  }

  /**
   * What the stages are called that a {@code foreach} or {@code matrix} makes, behind the
   * {@code @}; absent where that can't be told, or where they are more.
   *
   * @param stage as it is written
   */
  Optional<List<String>> names(Map<String, Node> stage, int most) throws DvcMistake {
    var each = stage.get("foreach");
    if (each == null) {
      return combinations(stage.get("matrix"), _ -> true, most)
          .map(found -> List.copyOf(found.keySet()));
    }
    var over = iterable(each);
    return over.isEmpty() ? Optional.empty() : bounded(items(over.get()).keySet(), most);
  }

  private static Optional<List<String>> bounded(Set<String> names, int most) {
    return names.isEmpty() || names.size() > most || names.contains(UNKNOWN)
        ? Optional.empty()
        : Optional.of(List.copyOf(names));
  }

  /** A value that may be a template of its own. */
  private Optional<Node> iterable(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      return Optional.of(node);
    }
    var text = scalar.getValue().strip();
    return text.startsWith("${") && text.indexOf('}') == text.length() - 1
        ? node(text.substring(2, text.length() - 1).strip(), Local.NONE)
        : Optional.empty();
  }

  private Optional<Local> one(Node each, String suffix) throws DvcMistake {
    var over = iterable(each);
    if (over.isEmpty()) {
      return Optional.empty();
    }
    var key = over.get() instanceof MappingNode ? Optional.of(suffix) : Optional.<String>empty();
    return Optional.ofNullable(items(over.get()).get(suffix))
        .map(item -> new Local(Map.of("item", item), key));
  }

  /** What a foreach goes through, by the names that its stages have. */
  private Map<String, Node> items(Node over) throws DvcMistake {
    var known = items.get(over);
    if (known != null) {
      return known;
    }
    var found = new LinkedHashMap<String, Node>();
    if (over instanceof MappingNode mapping) {
      found.putAll(entries(mapping, "foreach"));
    } else if (over instanceof SequenceNode list) {
      var values = list.getValue();
      boolean plain = values.stream().allMatch(DvcVariables::isPlain); // else all by their places
      for (int i = 0; i < values.size(); i++) {
        found.putIfAbsent(name(list, i, plain, ""), values.get(i));
      }
    }
    items.put(over, found);
    return found;
  }

  /** By what a stage is called of one of a list's values: by itself, or by its place. */
  private static String name(SequenceNode list, int at, boolean itself, String otherwise) {
    return itself ? text(list.getValue().get(at)).orElse(UNKNOWN) : otherwise + at;
  }

  private static boolean isPlain(Node value) {
    return value instanceof ScalarNode;
  }

  private Optional<Local> combination(Node matrix, String suffix) throws DvcMistake {
    // Only what the name may begin with: a matrix may have very many combinations.
    return combinations(matrix, suffix::startsWith, MOST_LOCAL)
        .map(found -> found.get(suffix))
        .map(nodes -> new Local(nodes, Optional.of(suffix)));
  }

  /**
   * All combinations by their names.
   *
   * @param wanted whether a name that begins so is
   */
  private Optional<Map<String, Map<String, Node>>> combinations(
      @Nullable Node matrix, Predicate<String> wanted, int most) throws DvcMistake {
    var over = matrix == null ? Optional.<Node>empty() : iterable(matrix);
    if (over.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Map<String, Node>> found = new LinkedHashMap<>();
    found.put("", Map.of());
    for (var entry : entries(over.get(), "matrix").entrySet()) {
      var values = iterable(entry.getValue());
      if (values.isEmpty() || !(values.get() instanceof SequenceNode list)) {
        return Optional.empty();
      }
      var names = names(list, entry.getKey());
      var more = new LinkedHashMap<String, Map<String, Node>>();
      for (var before : found.entrySet()) {
        for (int i = 0; i < names.size() && more.size() <= most; i++) {
          var name =
              before.getKey().isEmpty() ? names.get(i) : before.getKey() + "-" + names.get(i);
          if (wanted.test(name)) {
            var nodes = new LinkedHashMap<>(before.getValue());
            nodes.put("item." + entry.getKey(), list.getValue().get(i));
            more.put(name, nodes);
          }
        }
      }
      if (more.size() > most || more.keySet().stream().anyMatch(name -> name.contains(UNKNOWN))) {
        return Optional.empty();
      }
      found = more;
    }
    return Optional.of(found);
  }

  private List<String> names(SequenceNode list, String key) {
    return names
        .computeIfAbsent(list, _ -> new HashMap<>())
        .computeIfAbsent(
            key,
            _ ->
                IntStream.range(0, list.getValue().size())
                    .mapToObj(i -> name(list, i, isPlain(list.getValue().get(i)), key))
                    .toList());
  }
}
