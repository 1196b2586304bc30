package dev.fovea.dvc.pipeline;

import static dev.fovea.dvc.BoundedYaml.entries;
import static dev.fovea.dvc.BoundedYaml.isNothing;
import static dev.fovea.dvc.BoundedYaml.items;
import static dev.fovea.dvc.BoundedYaml.scalar;

import dev.fovea.dvc.BoundedYaml;
import dev.fovea.dvc.BoundedYaml.Bounds;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.RelativePath;
import dev.fovea.dvc.Sharing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What a {@code dvc.yaml} says that its {@code dvc.lock} does not: in which folder a stage runs,
 * what it is to do, and where its outputs are kept (dvc 3.67, {@code schema.py}). {@code ${…}} is
 * resolved in the folder that a stage runs in. In paths of outputs it stands for any text: an
 * output of the lock is told by what stands around it.
 */
public final class DvcPipeline {
  /** How many bytes of one are read. */
  public static final int MOST_BYTES = 1 << 20;

  private static final Bounds BOUNDS = new Bounds(MOST_BYTES, 64, 1000);
  static final List<String> OUTS = List.of("outs", "metrics", "plots");
  private static final String TEMPLATE = PathTemplate.OPENING;

  /** Stands for a folder that is not known, as every template does. */
  private static final String UNKNOWN = TEMPLATE + "}";

  /**
   * A stage as it is written.
   *
   * @param wdir empty for the file's folder
   * @param fault why the outputs are not known; absent where they are
   * @param entries all that it says
   * @param body what it does, or each of those that it stands for; empty where that is not known
   */
  private record Said(
      String wdir,
      List<Declared> outs,
      Optional<String> fault,
      Map<String, Node> entries,
      Map<String, Node> body) {

    boolean isRepeated() {
      return entries.containsKey("foreach") || entries.containsKey("matrix");
    }
  }

  /** Where the files lie that a {@code dvc.yaml} may take variables from. */
  @FunctionalInterface
  public interface Files {
    /** There are none. */
    Files NONE = _ -> Optional.empty();

    /**
     * The text of one; absent where it is not there, or can't be read.
     *
     * @param path from the folder of the {@code dvc.yaml}; anything at all
     */
    Optional<String> text(String path);
  }

  /** An output as it is declared. */
  private record Declared(String path, Optional<Sharing> sharing) {}

  private final Map<String, Said> stages;
  private final DvcVariables variables;

  private DvcPipeline(Map<String, Said> stages, DvcVariables variables) {
    this.stages = stages;
    this.variables = variables;
  }

  /**
   * What is known of an output that a lock names.
   *
   * @param sharing absent where that can't be told
   */
  public record Output(Optional<Sharing> sharing) {}

  /**
   * What is known of a stage that a lock names.
   *
   * @param wdir where its paths begin, from the file's folder; absent where that can't be told
   * @param fault why its outputs can't be told; absent where they can
   */
  public record Stage(Optional<String> wdir, Optional<String> fault) {}

  /**
   * Reads one by itself, without files that it may take variables from.
   *
   * @throws DvcMistake when it is no YAML, or has no stages where they belong
   */
  public static DvcPipeline parse(String text) throws DvcMistake {
    return parse(text, Files.NONE);
  }

  /**
   * Reads one.
   *
   * @param files asked only where a stage runs in a folder that has to be resolved
   * @throws DvcMistake when it is no YAML, or has no stages where they belong
   */
  public static DvcPipeline parse(String text, Files files) throws DvcMistake {
    return parse(text, files, false);
  }

  /**
   * Reads one for all that it says: {@link #declared} resolves every template.
   *
   * @param files asked where the text has templates
   * @throws DvcMistake when it is no YAML, or has no stages where they belong
   */
  public static DvcPipeline whole(String text, Files files) throws DvcMistake {
    return parse(text, files, text.contains(TEMPLATE));
  }

  private static DvcPipeline parse(String text, Files files, boolean whole) throws DvcMistake {
    var stages = new LinkedHashMap<String, Said>();
    Map<String, Node> all = Map.of();
    var root = BoundedYaml.find(text, BOUNDS);
    if (root.isPresent() && !isNothing(root.get())) {
      var top = entries(root.get(), "the file");
      all = top;
      var node = top.get("stages");
      if (node != null && !isNothing(node)) {
        for (var each : entries(node, "stages").entrySet()) {
          stages.put(each.getKey(), said(each.getValue()));
        }
      }
    }
    boolean asks =
        whole || stages.values().stream().anyMatch(each -> each.wdir().contains(TEMPLATE));
    return new DvcPipeline(
        stages, DvcVariables.read(asks ? all : Map.of(), asks ? files : Files.NONE));
  }

  private static Said said(Node node) {
    var wdir = UNKNOWN;
    Map<String, Node> stage = Map.of();
    Map<String, Node> body = Map.of();
    try {
      stage = entries(node, "the stage");
      var each = stage.get("do");
      var inner = each == null ? stage : entries(each, "do");
      if (inner.containsKey("<<")) {
        throw new DvcMistake(0, "it merges another mapping by '<<'");
      }
      body = inner;
      var folder = inner.get("wdir");
      wdir = folder == null || isNothing(folder) ? "" : scalar(folder, "wdir");
      var outs = new ArrayList<Declared>();
      for (var key : OUTS) {
        var list = inner.get(key);
        if (list != null && !isNothing(list)) {
          for (var item : items(list, key)) {
            outs.addAll(declared(item));
          }
        }
      }
      return new Said(wdir, outs, Optional.empty(), stage, body);
    } catch (DvcMistake e) {
      return new Said(wdir, List.of(), Optional.of(e.text()), stage, body);
    }
  }

  /** A path, or a mapping of paths to what is said of them. */
  private static List<Declared> declared(Node item) throws DvcMistake {
    if (item instanceof ScalarNode scalar) {
      return List.of(new Declared(scalar.getValue(), Optional.of(Sharing.USUAL)));
    }
    var all = new ArrayList<Declared>();
    for (var each : entries(item, "an output").entrySet()) {
      all.add(new Declared(each.getKey(), sharing(each.getValue())));
    }
    return all;
  }

  /** Absent where a value is none that DVC takes without resolving it. */
  private static Optional<Sharing> sharing(Node node) throws DvcMistake {
    if (isNothing(node)) {
      return Optional.of(Sharing.USUAL);
    }
    var said = entries(node, "an output");
    if (said.containsKey("<<")) {
      return Optional.empty();
    }
    var out = new HashMap<String, Object>();
    for (var key : Sharing.FLAGS) {
      var flag = said.get(key);
      if (flag != null) {
        switch (scalar(flag, key)) {
          case "true", "True", "TRUE" -> out.put(key, true);
          case "false", "False", "FALSE" -> out.put(key, false);
          default -> {
            return Optional.empty();
          }
        }
      }
    }
    var remote = said.get("remote");
    if (remote != null && !isNothing(remote)) {
      var name = scalar(remote, "remote");
      if (name.contains(TEMPLATE)) {
        return Optional.empty();
      }
      out.put("remote", name);
    }
    return Optional.of(Sharing.of(out));
  }

  /**
   * What is known of a stage; absent where the file has none of that name, so that DVC takes no
   * notice of what the lock says of it.
   *
   * @param name as the lock says it: {@code train@0} is one of a {@code foreach} or {@code matrix}
   */
  public Optional<Stage> stage(String name) {
    return find(name).map(said -> new Stage(wdir(said, suffix(name)), said.fault()));
  }

  /** Behind the last {@code @}, if the stage is one of several that are written as one. */
  private String suffix(String name) {
    return stages.containsKey(name) ? "" : name.substring(name.lastIndexOf('@') + 1);
  }

  /** Where a stage runs; absent where that can't be told. */
  private Optional<String> wdir(Said said, String suffix) {
    if (!said.wdir().contains(TEMPLATE)) {
      return Optional.of(said.wdir());
    }
    return local(said, suffix).flatMap(local -> variables.resolve(said.wdir(), local));
  }

  /**
   * A stage as it is written.
   *
   * @param names of the stages that it stands for, in their order: its own, or {@code train@0} and
   *     so on; absent where that can't be told
   */
  public record Written(String name, Optional<List<String>> names) {}

  /**
   * All stages as they are written.
   *
   * @param most how many stages they may stand for together: of one that has more, the names are
   *     absent
   */
  public List<Written> written(int most) {
    var written = new ArrayList<Written>();
    int left = most;
    for (var each : stages.entrySet()) {
      var names = names(each.getKey(), each.getValue(), left);
      left -= names.map(List::size).orElse(1);
      written.add(new Written(each.getKey(), names));
      if (left <= 0) {
        break;
      }
    }
    return written;
  }

  private Optional<List<String>> names(String name, Said said, int most) {
    if (!said.isRepeated()) {
      return Optional.of(List.of(name));
    }
    try {
      return variables
          .names(said.entries(), most)
          .map(names -> names.stream().map(each -> name + "@" + each).toList());
    } catch (DvcMistake _) {
      return Optional.empty();
    }
  }

  /**
   * What a stage does, with its templates resolved as far as they are known; absent where the file
   * has none of that name.
   *
   * @param name as {@link #written} or the lock says it
   */
  public Optional<DeclaredStage> declared(String name) {
    return find(name)
        .map(said -> {
          var local = local(said, suffix(name));
          return DeclaredStage.read(
              name,
              said.body(),
              wdir(said, suffix(name)),
              said.fault(),
              text -> local.flatMap(own -> variables.resolve(text, own)));
        });
  }

  private Optional<DvcVariables.Local> local(Said said, String suffix) {
    try {
      return variables.local(said.entries(), suffix);
    } catch (DvcMistake _) {
      return Optional.empty();
    }
  }

  private Optional<Said> find(String name) {
    int at = name.lastIndexOf('@');
    return Optional.ofNullable(stages.get(name))
        .or(() ->
            at > 0 ? Optional.ofNullable(stages.get(name.substring(0, at))) : Optional.empty());
  }

  /**
   * What is known of an output; absent where the stage declares none that may be it, so that DVC
   * takes no notice of what the lock says of it.
   *
   * @param path as the lock says it
   */
  public Optional<Output> output(String stage, String path) {
    var said = find(stage);
    if (said.isEmpty()) {
      return Optional.empty();
    }
    var outs = said.get().outs();
    var exact = outs.stream().filter(each -> each.path().equals(path)).toList();
    var fitting =
        (exact.isEmpty() ? outs : exact)
            .stream()
                .filter(each -> PathTemplate.fits(each.path(), path))
                .map(Declared::sharing)
                .distinct()
                .toList();
    return switch (fitting.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(new Output(fitting.getFirst()));
      default -> Optional.of(new Output(Optional.empty()));
    };
  }

  /**
   * An output that is declared in full: no {@code ${…}} in its path, and none in its stage's wdir
   * that is not resolved.
   *
   * @param wdir empty for the file's folder
   */
  public record Plain(String stage, String wdir, String path) {}

  /** All such outputs. */
  public List<Plain> plain() {
    var plain = new ArrayList<Plain>();
    stages.forEach((name, said) -> {
      var wdir =
          said.wdir().contains(TEMPLATE) && said.isRepeated()
              ? Optional.<String>empty()
              : wdir(said, "");
      for (var each : said.outs()) {
        if (wdir.isPresent() && !each.path().contains(TEMPLATE)) {
          plain.add(new Plain(name, wdir.get(), each.path()));
        }
      }
    });
    return plain;
  }

  /**
   * Where what a stage reads or makes lies.
   *
   * @param file the {@code dvc.yaml} or {@code dvc.lock}, from the repository's root
   * @param wdir the stage's, from that file's folder
   * @param path as the stage says it
   * @return from the repository's root; absent where it lies elsewhere, or where Git and DVC keep
   *     their own
   */
  public static Optional<String> place(String file, String wdir, String path) {
    if (path.contains("://") || isRooted(wdir) || isRooted(path)) {
      return Optional.empty();
    }
    var folder = file.substring(0, file.lastIndexOf('/') + 1);
    var names = new ArrayList<String>();
    for (var name : (folder + wdir + "/" + path).replace('\\', '/').split("/", -1)) {
      if (name.equals("..")) {
        if (names.isEmpty()) {
          return Optional.empty();
        }
        names.removeLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return Optional.of(String.join("/", names)).filter(each -> RelativePath.fault(each).isEmpty());
  }

  private static boolean isRooted(String path) {
    return path.startsWith("/") || path.startsWith("\\");
  }
}
