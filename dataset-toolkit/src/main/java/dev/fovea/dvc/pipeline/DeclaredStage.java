package dev.fovea.dvc.pipeline;

import static dev.fovea.dvc.BoundedYaml.entries;
import static dev.fovea.dvc.BoundedYaml.isNothing;
import static dev.fovea.dvc.BoundedYaml.items;
import static dev.fovea.dvc.BoundedYaml.scalar;

import dev.fovea.dvc.DvcMistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What a {@code dvc.yaml} says that a stage does (dvc 3.67, {@code schema.py}); of a {@code
 * foreach} or {@code matrix}, what one of its stages does.
 *
 * @param wdir where its paths begin, from the file's folder; absent where that can't be told
 * @param command several with {@code &&} between them; empty where it says none
 * @param deps paths, and addresses of elsewhere
 * @param outs with metrics and plots
 * @param frozen whether DVC takes no notice of what changes
 * @param always whether DVC runs it each time
 * @param fault why not all of this is known; absent where it is
 */
public record DeclaredStage(
    String name,
    Optional<String> wdir,
    Said command,
    List<Said> deps,
    List<Parameter> parameters,
    List<Said> outs,
    boolean frozen,
    boolean always,
    Optional<String> fault) {
  private static final String PARAMETERS = "params.yaml";

  public DeclaredStage {
    deps = List.copyOf(deps);
    parameters = List.copyOf(parameters);
    outs = List.copyOf(outs);
  }

  /**
   * A text with its templates resolved.
   *
   * @param text as it is written, where that is not known
   */
  public record Said(String text, boolean known) {}

  /**
   * A parameter that it depends on.
   *
   * @param file from the stage's {@code wdir}
   * @param key such as {@code train.lr}; absent for all that the file has
   */
  public record Parameter(Said file, Optional<Said> key) {}

  /**
   * Reads one.
   *
   * @param body its entries as they are written, less a {@code foreach} or {@code matrix} around
   *     them
   * @param fault why its outputs are not known; absent where they are
   * @param resolver of a text; absent where it is not known
   */
  static DeclaredStage read(
      String name,
      Map<String, Node> body,
      Optional<String> wdir,
      Optional<String> fault,
      Function<String, Optional<String>> resolver) {
    var reading = new Reading(resolver);
    var met = fault;
    try {
      reading.read(body);
    } catch (DvcMistake e) {
      met = Optional.of(e.text());
    }
    return new DeclaredStage(
        name,
        wdir,
        reading.command,
        reading.deps,
        reading.parameters,
        reading.outs,
        reading.frozen,
        reading.always,
        met);
  }

  /** Gathers what there is, up to the first mistake. */
  private static final class Reading {
    private final Function<String, Optional<String>> resolver;
    private final List<Said> deps = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Said> outs = new ArrayList<>();
    private Said command = new Said("", true);
    private boolean frozen;
    private boolean always;

    Reading(Function<String, Optional<String>> resolver) {
      this.resolver = resolver;
    }

    void read(Map<String, Node> stage) throws DvcMistake {
      frozen = isTrue(stage.get("frozen"));
      always = isTrue(stage.get("always_changed"));
      command = command(stage.get("cmd"));
      for (var item : list(stage.get("deps"), "deps")) {
        deps.add(said(scalar(item, "deps")));
      }
      for (var item : list(stage.get("params"), "params")) {
        parameter(item);
      }
      for (var key : DvcPipeline.OUTS) {
        for (var item : list(stage.get(key), key)) {
          if (item instanceof ScalarNode path) {
            outs.add(said(path.getValue()));
          } else {
            entries(item, "an output").keySet().forEach(path -> outs.add(said(path)));
          }
        }
      }
    }

    private Said command(@Nullable Node node) throws DvcMistake {
      if (node == null || isNothing(node)) {
        return new Said("", true);
      }
      if (node instanceof ScalarNode one) {
        return said(one.getValue());
      }
      var all = new ArrayList<Said>();
      for (var each : items(node, "cmd")) {
        all.add(said(scalar(each, "cmd")));
      }
      return new Said(
          String.join(" && ", all.stream().map(Said::text).toList()),
          all.stream().allMatch(Said::known));
    }

    private void parameter(Node item) throws DvcMistake {
      if (item instanceof ScalarNode key) {
        parameters.add(
            new Parameter(new Said(PARAMETERS, true), Optional.of(said(key.getValue()))));
        return;
      }
      for (var file : entries(item, "params").entrySet()) {
        var path = said(file.getKey());
        if (isNothing(file.getValue())) {
          parameters.add(new Parameter(path, Optional.empty()));
        } else {
          for (var key : items(file.getValue(), "params")) {
            parameters.add(new Parameter(path, Optional.of(said(scalar(key, "params")))));
          }
        }
      }
    }

    private Said said(String text) {
      if (!text.contains(PathTemplate.OPENING)) {
        return new Said(text, true);
      }
      return resolver
          .apply(text)
          .map(resolved -> new Said(resolved, true))
          .orElseGet(() -> new Said(text, false));
    }

    private static List<Node> list(@Nullable Node node, String what) throws DvcMistake {
      return node == null || isNothing(node) ? List.of() : items(node, what);
    }

    private static boolean isTrue(@Nullable Node node) {
      return node instanceof ScalarNode flag && flag.getValue().equalsIgnoreCase("true");
    }
  }
}
